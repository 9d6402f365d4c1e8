//! Bytes of a TCP connection, framed as RFC 4571 says.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| transport::fuzz::stream(bytes));
