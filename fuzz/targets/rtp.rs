//! RTP headers, extensions and retransmissions.
#![no_main]

use sfu::rtp::{Header, decapsulate, prefix};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = prefix(bytes);
    let Ok(header) = Header::parse(bytes) else { return };
    let _ = header.payload(bytes);
    for (id, range) in header.extensions() {
        assert!(bytes.get(range).is_some(), "element {id} lies inside the packet");
    }
    let _ = decapsulate(&header, bytes);
});
