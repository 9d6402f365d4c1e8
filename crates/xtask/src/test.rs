//! The whole test run, step by step, stopping at the first failure and ending with one line that counts.

use std::time::Instant;

use crate::postgres::Cluster;
use crate::steps::{command, finish, run as run_program, run_in};
use crate::{Outcome, fuzz, licences, packages, target, tidy};

type Step = (&'static str, &'static str, fn() -> Outcome);

/// In the order they run: what fails fastest comes first.
const STEPS: &[Step] = &[
    ("setup", "install what the machine lacks", packages::install_all),
    ("format", "formatting of the Rust code", format),
    ("tidy", "the rules that a machine can check", tidy::run),
    ("licences", "licences of all dependencies", licences::run),
    ("web", "web client: lint, types, unit tests, build", web),
    ("clippy", "lints, warnings are errors", clippy),
    ("rust", "unit tests, stories on SQLite, simulated rooms", rust),
    ("postgres", "the stories on PostgreSQL", postgres),
    ("bench", "benchmarks, small", bench),
    ("clients", "stock LiveKit clients and the API fuzzer against the real server", clients),
    ("e2e", "real browsers against the real server", e2e),
    ("fuzz", "every parser for a bounded time", || fuzz::run(&[])),
];

/// Runs all steps, or those named.
pub(crate) fn run(wanted: &[String]) -> Outcome {
    if wanted.iter().any(|word| word == "list") {
        STEPS.iter().for_each(|(name, what, _)| println!("{name:10} {what}"));
        return Ok(());
    }
    if let Some(unknown) = wanted.iter().find(|word| STEPS.iter().all(|(name, _, _)| name != word)) {
        return Err(format!("no step {unknown:?}; `cargo xtask test list` names them"));
    }
    let mut passed = 0;
    let mut times = String::new();
    for (name, what, step) in STEPS.iter().filter(|(name, _, _)| wanted.is_empty() || wanted.iter().any(|word| word == name)) {
        println!("\n=== {name}: {what}");
        #[expect(clippy::disallowed_methods, reason = "a person waits for the run and wants to know for what")]
        let begun = Instant::now();
        let outcome = step();
        times += &format!("  {name} {} s\n", begun.elapsed().as_secs());
        if let Err(failure) = outcome {
            println!("\n{times}\n{name} failed: {failure}\n{passed} passed, 1 failed");
            return Err(format!("{name} failed"));
        }
        passed += 1;
    }
    println!("\n{times}\n{passed} passed, 0 failed");
    Ok(())
}

fn format() -> Outcome {
    run_program("cargo", &["fmt", "--all", "--check"])
}

fn clippy() -> Outcome {
    run_program("cargo", &["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"])
}

fn web() -> Outcome {
    for script in ["lint", "typecheck", "test", "build"] {
        run_in("web", "npm", &["run", "--silent", script])?;
    }
    Ok(())
}

/// One selection of packages and features for every cargo test run, so that nothing is built twice.
const CARGO_TEST: [&str; 4] = ["test", "--workspace", "--locked", "--quiet"];

fn rust() -> Outcome {
    run_program("cargo", &CARGO_TEST)
}

fn postgres() -> Outcome {
    let cluster = Cluster::start()?;
    let mut tests = command("cargo", &CARGO_TEST);
    finish(tests.args(["--test", "stories", "--test", "kernel"]).env("HUTONG_TEST_POSTGRES", cluster.url()))
}

fn bench() -> Outcome {
    let mut benches = command("cargo", &CARGO_TEST);
    finish(benches.args(["--bench", "*"]))
}

/// The program as the tests built its libraries, so that only its own crate is compiled.
fn program() -> Outcome {
    run_program("cargo", &["build", "--workspace", "--all-targets", "--locked", "--quiet"])
}

fn clients() -> Outcome {
    program()?;
    let mut pytest = command(".venv/bin/python", &["-m", "pytest", "-q", "e2e/livekit"]);
    finish(pytest.env("HUTONG_BIN", target().join("debug/hutong")))
}

fn e2e() -> Outcome {
    program()?;
    // The debug program serves the pages from there; without them every story would wait until its end.
    if !crate::root().join("web/dist/index.html").exists() {
        run_in("web", "npm", &["run", "--silent", "build"])?;
    }
    let mut playwright = command("npx", &["playwright", "test"]);
    finish(playwright.current_dir(crate::root().join("e2e")).env("HUTONG_BIN", target().join("debug/hutong")))
}
