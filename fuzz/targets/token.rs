//! A token as somebody shows it at the door.
#![no_main]

use signalling::token::{ApiKeys, verify};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = verify(&ApiKeys::new("key", "secret"), text, 1_800_000_000_000);
});
