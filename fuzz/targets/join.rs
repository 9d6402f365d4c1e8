//! The query string with which a client joins, its compressed request included.
#![no_main]

use signalling::token::ApiKeys;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(query) = std::str::from_utf8(bytes) else { return };
    let _ = signalling::join::read(&ApiKeys::new("key", "secret"), None, query, None, 1_800_000_000_000);
});
