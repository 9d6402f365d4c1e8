//! SCTP packets to a fresh association.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| transport::fuzz::sctp(bytes));
