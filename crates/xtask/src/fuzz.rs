//! Fuzzes every parser of strangers' bytes for a bounded time, on the stable toolchain: the compiler's
//! coverage pass is switched on by flags, libFuzzer comes from its crate.

use std::fs;

use crate::steps::{command, finish};
use crate::{Outcome, root, target};

const TRIPLE: &str = "x86_64-unknown-linux-gnu";
const SECONDS_DEFAULT: u32 = 10;
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let seconds = match arguments.first() {
        Some(text) => text.parse().map_err(|_| format!("seconds, not {text:?}"))?,
        None => SECONDS_DEFAULT,
    };
    let folder = root().join("fuzz");
    let built = target().join("fuzz");
    finish(
        command("cargo", &["build", "--release", "--locked", "--target", TRIPLE])
            .current_dir(&folder)
            .env("RUSTFLAGS", COVERAGE)
            .env("CARGO_TARGET_DIR", &built),
    )?;
    for name in targets()? {
        let corpus = folder.join("corpus").join(&name);
        let grown = built.join("corpus").join(&name);
        for path in [&corpus, &grown] {
            fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let program = built.join(TRIPLE).join("release").join(&name);
        let limit = format!("-max_total_time={seconds}");
        finish(
            command(&program.to_string_lossy(), &[&limit, "-timeout=5", "-rss_limit_mb=2048", "-print_final_stats=0", "-verbosity=0"])
                .arg(&grown)
                .arg(&corpus)
                .current_dir(&built),
        )?;
    }
    Ok(())
}

/// One target per file of `fuzz/targets`.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/targets");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.path().file_stem().map(|name| name.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}
