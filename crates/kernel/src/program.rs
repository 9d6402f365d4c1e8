//! Other programs of this machine, run for a while: what they write is read up to a bound, and one that takes too long is
//! killed. A program that is not installed is no failure.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use crate::error::{Error, Result};

/// What became of a program.
#[derive(Debug, PartialEq, Eq)]
pub enum Ran {
    /// It ended with that code, after it had written these bytes.
    Ended {
        /// Nothing when something killed it.
        code: Option<i32>,
        /// As much as was asked for.
        output: Vec<u8>,
    },
    /// It took too long and was killed.
    TooSlow,
    /// There is no such program.
    Missing,
}

/// Runs a program that reads nothing and knows nothing of our environment but the path.
pub async fn run(program: &str, arguments: &[&str], output_bytes_max: u64, within: Duration) -> Result<Ran> {
    let failed = |e| Error::internal(format!("running {program}"), e);
    let mut command = Command::new(program);
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Ran::Missing),
        Err(e) => return Err(failed(e)),
    };
    let stdout = child.stdout.take();
    let running = async {
        let mut output = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(output_bytes_max).read_to_end(&mut output).await?;
        }
        let status = child.wait().await?;
        Ok(Ran::Ended { code: status.code(), output })
    };
    match tokio::time::timeout(within, running).await {
        Ok(ran) => ran.map_err(failed),
        Err(_) => Ok(Ran::TooSlow),
    }
}
