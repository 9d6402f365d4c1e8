//! Benchmarks in full and the load tool; both are release builds.

use crate::Outcome;
use crate::steps::{command, finish};

/// Every benchmark of the packet path.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    for package in ["sfu", "media"] {
        finish(command("cargo", &["bench", "--package", package, "--bench", "*", "--"]).args(arguments))?;
    }
    Ok(())
}

/// Simulated participants against a running server.
pub(crate) fn load(arguments: &[String]) -> Outcome {
    finish(command("cargo", &["run", "--quiet", "--release", "--package", "load", "--"]).args(arguments))
}
