//! Running other programs: says what runs, fails with the program's name, never hides its output.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Failure, Outcome, root};

/// A program with arguments, started in the checkout.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| is_ours(name)) {
        command.env_remove(name);
    }
    command
}

/// Whether cargo told us, and only us, what package we are. Passed on, it would look to build scripts of
/// dependencies like a change, and they would be built anew whenever somebody calls cargo directly.
fn is_ours(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// Runs to the end, output shown.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Outcome {
    finish(&mut command(program, arguments))
}

/// Runs to the end in a folder of the checkout, output shown.
pub(crate) fn run_in(folder: &str, program: &str, arguments: &[&str]) -> Outcome {
    finish(command(program, arguments).current_dir(root().join(folder)))
}

/// Runs a prepared command to the end, output shown.
pub(crate) fn finish(command: &mut Command) -> Outcome {
    let shown = shown(command);
    println!("+ {shown}");
    let status = command.status().map_err(|error| format!("{shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown}: {status}")) }
}

/// What a program prints, or why it could not be had.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Result<String, Failure> {
    let mut command = command(program, arguments);
    let shown = shown(&command);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{shown}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{shown}: {error}"))
}

/// Whether a program of that name is on the path.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| is_file(&folder.join(program))))
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}
