//! The project's own commands, run as `cargo xtask <command>`. It knows the shape of the repository and
//! nothing of the product; everything it needs is the standard library, JSON and TOML.

mod bench;
mod fuzz;
mod licences;
mod packages;
mod postgres;
mod steps;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The reason a command failed, in words for the person who ran it.
type Failure = String;
type Outcome = Result<(), Failure>;

const HELP: &str = "\
cargo xtask <command>

  test [STEP…]   everything CI runs, or only the named steps (`test list` names them)
  tidy           module docs, arrows, banned words, file lengths
  licences       every dependency's licence against the policy
  setup [build]  install what the machine lacks for tests (or only for a build): Debian, npm and Python packages
  fuzz [SECONDS] each fuzz target for a bounded time (default 10 s)
  bench [ARGS]   benchmarks in full, release profile
  load [ARGS]    simulated participants against a running server (`load --help`)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("test") => test::run(rest),
        Some("tidy") => tidy::run(),
        Some("licences") => licences::run(),
        Some("setup") => packages::install(rest),
        Some("fuzz") => fuzz::run(rest),
        Some("bench") => bench::run(rest),
        Some("load") => bench::load(rest),
        _ => {
            print!("{HELP}");
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the checkout.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// Where cargo puts what it builds: `CARGO_TARGET_DIR`, or `target` in the checkout.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
