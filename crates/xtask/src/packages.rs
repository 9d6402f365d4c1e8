//! Installs what a fresh Debian machine lacks. Each step first looks whether there is anything to do, so a
//! second run costs next to nothing.

use std::fs;
use std::path::Path;

use crate::steps::{has, output, run, run_in};
use crate::{Outcome, root};

/// Debian packages and the file that shows that one is there.
const DEBIAN: &[(&str, &str)] = &[
    ("chromium", "/usr/bin/chromium"),
    ("fonts-noto-cjk", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    ("fonts-noto-color-emoji", "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
    ("ffmpeg", "/usr/bin/ffmpeg"),
    ("postgresql", "/usr/share/doc/postgresql"),
    ("python3-venv", "/usr/share/doc/python3-venv"),
    ("g++", "/usr/bin/g++"),
];

/// `setup` or `setup build`.
pub(crate) fn install(arguments: &[String]) -> Outcome {
    match arguments.first().map(String::as_str) {
        None => install_all(),
        Some("build") => web(),
        Some(other) => Err(format!("setup for what? {other:?} is neither nothing nor \"build\"")),
    }
}

/// Everything a test run needs.
pub(crate) fn install_all() -> Outcome {
    debian()?;
    web()?;
    npm("e2e")?;
    python()
}

/// Debian packages, through `sudo` when not root.
fn debian() -> Outcome {
    let missing: Vec<&str> = DEBIAN.iter().filter(|(_, proof)| !Path::new(proof).exists()).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing Debian packages: {}", missing.join(" "));
    if !has("apt-get") {
        return Err(format!("This is not a Debian machine. Install what these packages hold: {}", missing.join(" ")));
    }
    let is_root = output("id", &["-u"])?.trim() == "0";
    let privileged = |arguments: &[&str]| -> Outcome {
        let environment = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
        let words: Vec<&str> = if is_root { &environment[..] } else { &["sudo"] }
            .iter()
            .chain(if is_root { &[][..] } else { &environment[..] })
            .chain(arguments)
            .copied()
            .collect();
        run(words[0], &words[1..])
    };
    privileged(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing);
    privileged(&arguments)
}

/// The web client's npm packages.
fn web() -> Outcome {
    npm("web")
}

/// npm packages of a folder, when its lock file is newer than what is installed.
fn npm(folder: &str) -> Outcome {
    let lock = root().join(folder).join("package-lock.json");
    let stamp = root().join(folder).join("node_modules/.installed-for");
    unless_stamped(&lock, &stamp, || {
        println!("Installing npm packages of {folder}/");
        // `npm ci` refuses a lock file that lacks optional packages of other systems, which not every mirror carries.
        run_in(folder, "npm", &["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"])
    })
}

/// The Python environment with the stock LiveKit clients and schemathesis.
fn python() -> Outcome {
    let wanted = root().join("e2e/livekit/requirements.txt");
    let stamp = root().join(".venv/.installed-for");
    unless_stamped(&wanted, &stamp, || {
        println!("Installing the Python clients into .venv");
        run("python3", &["-m", "venv", ".venv"])?;
        run(".venv/bin/pip", &["install", "--quiet", "--requirement", "e2e/livekit/requirements.txt"])
    })
}

/// Runs `install` unless the stamp holds the same text as the list of what is wanted.
fn unless_stamped(wanted: &Path, stamp: &Path, install: impl FnOnce() -> Outcome) -> Outcome {
    let text = fs::read_to_string(wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
    if fs::read_to_string(stamp).is_ok_and(|installed| installed == text) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, text).map_err(|error| format!("{}: {error}", stamp.display()))
}
