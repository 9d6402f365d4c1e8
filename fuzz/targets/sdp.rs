//! A description as a client offers it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| transport::fuzz::description(bytes));
