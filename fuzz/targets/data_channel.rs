//! The first message on a data channel.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| transport::fuzz::data_channel_request(bytes));
