//! One datagram to an ICE agent.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| transport::fuzz::stun(bytes));
