//! Data packets as bytes. A packet is looked into just far enough to know where it goes, and
//! changed only by fields put behind it: for a scalar the last value counts and messages merge, so
//! that what this program has never heard of passes through whole.

use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

/// What a data packet says about its way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Inspected<'a> {
    /// Which of the kinds of content it has, by its field number.
    pub(crate) content: u32,
    /// Grows with every reliable packet of a sender; 0 if unused.
    pub(crate) sequence: u32,
    /// Receivers by identity.
    pub(crate) identities: Vec<&'a str>,
    /// Receivers by session id (old clients).
    pub(crate) sids: Vec<&'a str>,
    /// The sender's own idea of its identity.
    pub(crate) claimed_identity: &'a str,
}

/// Who sent a packet, as its receivers shall see it.
pub(crate) struct Stamp<'a> {
    pub(crate) lossy: bool,
    pub(crate) sid: &'a str,
    pub(crate) identity: &'a str,
}

/// The field of a packet that holds an ordinary message.
pub(crate) const CONTENT_USER: u32 = 2;
/// Speech as text; only agents may send it.
pub(crate) const CONTENT_TRANSCRIPTION: u32 = 7;
/// Measurements; they go to whoever may see them.
pub(crate) const CONTENT_METRICS: u32 = 8;
/// A chat message.
pub(crate) const CONTENT_CHAT: u32 = 9;

/// Receivers one packet may name.
const RECEIVERS_MAX: usize = 4_096;

/// Reads what matters. `None`: these bytes are no packet.
pub(crate) fn inspect(bytes: &[u8]) -> Option<Inspected<'_>> {
    let mut found = Inspected::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        match next_field(&mut rest)? {
            (4, Field::Bytes(text)) => found.claimed_identity = std::str::from_utf8(text).ok()?,
            (5, Field::Bytes(text)) => push(&mut found.identities, text)?,
            (16, Field::Number(value)) => found.sequence = u32::try_from(value).ok()?,
            (17, Field::Bytes(text)) => drop(std::str::from_utf8(text).ok()?),
            (field @ (2 | 3 | 6..=15 | 18..=64), Field::Bytes(content)) => {
                found.content = field;
                if field == CONTENT_USER {
                    inspect_user(content, &mut found)?;
                }
            }
            _ => {}
        }
    }
    Some(found)
}

fn inspect_user<'a>(content: &'a [u8], found: &mut Inspected<'a>) -> Option<()> {
    let mut rest = content;
    while !rest.is_empty() {
        match next_field(&mut rest)? {
            (3, Field::Bytes(text)) => push(&mut found.sids, text)?,
            (6, Field::Bytes(text)) => push(&mut found.identities, text)?,
            _ => {}
        }
    }
    Some(())
}

fn push<'a>(list: &mut Vec<&'a str>, text: &'a [u8]) -> Option<()> {
    let text = std::str::from_utf8(text).ok()?;
    if list.len() >= RECEIVERS_MAX {
        return None;
    }
    if !list.contains(&text) {
        list.push(text);
    }
    Some(())
}

/// The packet with its sender stamped behind it.
pub(crate) fn stamped(bytes: &[u8], content: u32, stamp: &Stamp<'_>) -> Vec<u8> {
    let mut packet = Vec::with_capacity(bytes.len() + 2 * (stamp.sid.len() + stamp.identity.len()) + 24);
    packet.extend_from_slice(bytes);
    encode_key(1, WireType::Varint, &mut packet);
    encode_varint(u64::from(stamp.lossy), &mut packet);
    put_text(4, stamp.identity, &mut packet);
    put_text(17, stamp.sid, &mut packet);
    if content == CONTENT_USER {
        let mut mirror = Vec::new();
        put_text(1, stamp.sid, &mut mirror);
        put_text(5, stamp.identity, &mut mirror);
        encode_key(CONTENT_USER, WireType::LengthDelimited, &mut packet);
        encode_varint(mirror.len() as u64, &mut packet);
        packet.extend_from_slice(&mirror);
    }
    packet
}

fn put_text(field: u32, text: &str, into: &mut Vec<u8>) {
    encode_key(field, WireType::LengthDelimited, into);
    encode_varint(text.len() as u64, into);
    into.extend_from_slice(text.as_bytes());
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

/// The next field of a message; groups are refused, nobody sends them.
fn next_field<'a>(rest: &mut &'a [u8]) -> Option<(u32, Field<'a>)> {
    let (field, wire_type) = decode_key(rest).ok()?;
    let value = match wire_type {
        WireType::Varint => Field::Number(decode_varint(rest).ok()?),
        WireType::LengthDelimited => {
            let length = usize::try_from(decode_varint(rest).ok()?).ok()?;
            let (bytes, tail) = rest.split_at_checked(length)?;
            *rest = tail;
            Field::Bytes(bytes)
        }
        WireType::ThirtyTwoBit => {
            *rest = rest.get(4..)?;
            Field::Fixed
        }
        WireType::SixtyFourBit => {
            *rest = rest.get(8..)?;
            Field::Fixed
        }
        WireType::StartGroup | WireType::EndGroup => return None,
    };
    Some((field, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use livekit_protocol as proto;
    use prost::Message as _;

    #[test]
    fn a_stamp_overrides_what_the_sender_claims() {
        let user = proto::UserPacket { payload: b"hello".to_vec(), ..Default::default() };
        let packet = proto::DataPacket {
            participant_identity: "somebody else".into(),
            sequence: 7,
            destination_identities: vec!["bob".into()],
            value: Some(proto::data_packet::Value::User(user)),
            ..Default::default()
        };
        let mut bytes = packet.encode_to_vec();
        // A field that this program does not know.
        put_text(63, "future", &mut bytes);
        let seen = inspect(&bytes).expect("a packet");
        assert_eq!(seen.sequence, 7);
        assert_eq!(seen.identities, ["bob"]);
        let stamp = Stamp { lossy: true, sid: "PA_a", identity: "alice" };
        let stamped = stamped(&bytes, CONTENT_USER, &stamp);
        assert!(stamped.windows(6).any(|w| w == b"future"));
        let read = proto::DataPacket::decode(stamped.as_slice()).expect("a packet");
        assert_eq!(read.participant_identity, "alice");
        assert_eq!(read.participant_sid, "PA_a");
        let Some(proto::data_packet::Value::User(user)) = read.value else {
            panic!("not a user packet");
        };
        assert_eq!(user.payload, b"hello");
    }

    #[test]
    fn cut_packets_are_refused_or_read() {
        let bytes = stamped(b"", CONTENT_USER, &Stamp { lossy: false, sid: "PA", identity: "a" });
        for end in 0..bytes.len() {
            let _ = inspect(bytes.get(..end).expect("within"));
        }
        assert_eq!(inspect(&[0xff; 12]), None);
    }
}
