//! Offers of a light client, as a browser would write them: one camera at most, and places to receive in.

use std::fmt::Write as _;

use transport::{Fingerprint, IceCredentials};

/// The source of every camera; each client has a transport of its own.
pub(crate) const SSRC: u32 = 1_000;
/// The payload type of VP8.
pub(crate) const PAYLOAD_TYPE: u8 = 96;
/// The extension id of transport-wide numbers.
pub(crate) const TRANSPORT_CC: u8 = 3;
/// The name of every camera.
pub(crate) const CID: &str = "camera";

/// An offer.
pub(crate) fn offer(credentials: &IceCredentials, fingerprint: &Fingerprint, camera: bool, places: usize, version: u32) -> String {
    let sections = places + usize::from(camera);
    let mids: Vec<String> = (0..sections).map(|mid| mid.to_string()).collect();
    let mut sdp = format!("v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n", mids.join(" "));
    for (at, mid) in mids.iter().enumerate() {
        let sends = camera && at == 0;
        let _ = write!(
            sdp,
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{fingerprint}\r\n\
             a=setup:actpass\r\na=mid:{mid}\r\n\
             a=extmap:{TRANSPORT_CC} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
             a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na={}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n\
             a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n\
             a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
            credentials.ufrag,
            credentials.password,
            if sends { "sendonly" } else { "recvonly" },
        );
        if sends {
            let _ = write!(sdp, "a=msid:stream {CID}\r\na=ssrc:{SSRC} cname:person\r\n");
        }
    }
    sdp
}
