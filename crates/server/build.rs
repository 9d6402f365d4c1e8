//! Notices when the built web client changes, and says what to run when there is none.
//!
//! It never builds the client itself: a Rust build must work without Node and without the network.

use std::path::Path;

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && !dist.join("index.html").exists() {
        println!("cargo::warning=the web client is not built (cd web && npm run build); the program will carry a page that says so");
    }
}
