//! One datagram to the demultiplexer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| transport::fuzz::datagram(bytes));
