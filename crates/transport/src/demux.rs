//! Telling datagrams apart, and finding whose a STUN request is. Nothing is verified here.

/// STUN's fixed header.
const STUN_HEADER_BYTES: usize = 20;
/// The constant every STUN message has since RFC 5389.
const STUN_MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
/// A binding request.
const STUN_BINDING_REQUEST: u16 = 0x0001;
/// The attribute that names both sides.
const STUN_ATTRIBUTE_USERNAME: u16 = 0x0006;
/// RTP's fixed header, and the least an RTCP packet has.
const RTP_HEADER_BYTES: usize = 12;
const RTCP_HEADER_BYTES: usize = 8;
/// DTLS's record header.
const DTLS_HEADER_BYTES: usize = 13;

/// What a datagram is, by its first bytes (RFC 7983, RFC 5761).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Packet {
    /// For [`crate::Peer::handle_input`]; the peer is found by its ufrag.
    Stun,
    /// For [`crate::Peer::handle_input`]; the peer is found by its address.
    Dtls,
    /// Protected media.
    Rtp,
    /// Protected reports about media.
    Rtcp,
    /// Nothing we know; drop it.
    Other,
}

/// Tells what a datagram is.
#[must_use]
pub fn classify(bytes: &[u8]) -> Packet {
    match bytes {
        [0..=3, ..] if bytes.len() >= STUN_HEADER_BYTES => Packet::Stun,
        [20..=63, ..] if bytes.len() >= DTLS_HEADER_BYTES => Packet::Dtls,
        [128..=191, 192..=223, ..] if bytes.len() >= RTCP_HEADER_BYTES => Packet::Rtcp,
        [128..=191, _, ..] if bytes.len() >= RTP_HEADER_BYTES => Packet::Rtp,
        _ => Packet::Other,
    }
}

/// The local ufrag of a binding request: the part of its user name before the colon. Unverified;
/// good for finding the peer, who then checks the message.
#[must_use]
pub fn stun_username_ufrag(bytes: &[u8]) -> Option<&str> {
    let (header, mut attributes) = bytes.split_at_checked(STUN_HEADER_BYTES)?;
    let kind = u16::from_be_bytes(header.first_chunk::<2>().copied()?);
    if kind != STUN_BINDING_REQUEST || header.get(4..8)? != STUN_MAGIC_COOKIE {
        return None;
    }
    loop {
        let (head, rest) = attributes.split_at_checked(4)?;
        let kind = u16::from_be_bytes(head.first_chunk::<2>().copied()?);
        let length = usize::from(u16::from_be_bytes(head.last_chunk::<2>().copied()?));
        let value = rest.get(..length)?;
        if kind == STUN_ATTRIBUTE_USERNAME {
            let (local, _) = std::str::from_utf8(value).ok()?.split_once(':')?;
            return (!local.is_empty()).then_some(local);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding_request(username: &str) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0];
        bytes.extend(STUN_MAGIC_COOKIE);
        bytes.extend([7; 12]);
        bytes.extend([0x80, 0x22, 0, 3, b'a', b'b', b'c', 0]);
        bytes.extend([0, 6, 0, u8::try_from(username.len()).expect("short")]);
        bytes.extend(username.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn first_bytes_tell() {
        assert_eq!(classify(&binding_request("a:b")), Packet::Stun);
        assert_eq!(classify(&[22; 13]), Packet::Dtls);
        assert_eq!(classify(&[128, 111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Packet::Rtp);
        assert_eq!(classify(&[128, 239, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Packet::Rtp);
        assert_eq!(classify(&[129, 200, 0, 1, 0, 0, 0, 0]), Packet::Rtcp);
        for other in [&[][..], &[0], &[22; 12], &[64; 40], &[255; 40], &[128, 111]] {
            assert_eq!(classify(other), Packet::Other);
        }
    }

    #[test]
    fn the_local_half_of_the_user_name_is_found() {
        assert_eq!(stun_username_ufrag(&binding_request("mine:yours")), Some("mine"));
        assert_eq!(stun_username_ufrag(&binding_request(":yours")), None);
        assert_eq!(stun_username_ufrag(&binding_request("mine")), None);
        let whole = binding_request("mine:yours");
        for cut in 0..whole.len() - 2 {
            assert_eq!(stun_username_ufrag(&whole[..cut]), None);
        }
    }
}
