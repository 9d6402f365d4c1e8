//! Structured logs on standard error, for people or for machines.
//!
//! Whoever logs never logs a token, a password or a query string; nothing here could take them out again.

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;
use crate::settings::{LogFormat, Settings};

/// Libraries that would write a line for each packet; a filter that names them wins.
const QUIET: &str = "dcsctp=warn,is=warn,dimpl=warn";

/// Sends what the program logs to standard error.
pub(crate) fn start(settings: &Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", settings.log_level))
        .map_err(|error| Failure::new(format!("\"log.level\" cannot be understood: {error}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => builder.with_ansi(wants_colour()).init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}

fn wants_colour() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
