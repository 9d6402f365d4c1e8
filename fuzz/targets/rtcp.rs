//! Compound RTCP, after decryption.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for packet in sfu::rtcp::Packets::new(bytes) {
        let _ = format!("{packet:?}");
    }
});
