//! The messages that open a channel (DCEP, RFC 8832): bytes to values and back.

use crate::sctp::ChannelSettings;

/// The first byte of an acknowledgement.
const ACK: u8 = 0x02;
/// The first byte of a request.
const OPEN: u8 = 0x03;
/// Set in the channel type for unordered delivery.
const UNORDERED: u8 = 0x80;
/// What browsers write as priority.
const PRIORITY_NORMAL: u16 = 256;
/// The fixed part of a request.
const OPEN_HEADER_BYTES: usize = 12;
/// The longest label we take or give.
pub(crate) const LABEL_BYTES_MAX: usize = 256;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dcep {
    /// Open this channel.
    Open(ChannelSettings),
    /// It is open.
    Ack,
}

impl Dcep {
    /// Reads a message. A channel limited by time is taken as one that repeats nothing, which is
    /// the nearest thing we can send.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [ACK, ..] => Some(Self::Ack),
            [OPEN, kind, _, _, a, b, c, d, l1, l2, _, _, rest @ ..] => {
                let reliability = u32::from_be_bytes([*a, *b, *c, *d]);
                let label = rest.get(..usize::from(u16::from_be_bytes([*l1, *l2])))?;
                if label.len() > LABEL_BYTES_MAX {
                    return None;
                }
                let max_retransmits = match kind & !UNORDERED {
                    0 => None,
                    1 => Some(u16::try_from(reliability).unwrap_or(u16::MAX)),
                    2 => Some(0),
                    _ => return None,
                };
                Some(Self::Open(ChannelSettings {
                    label: std::str::from_utf8(label).ok()?.to_owned(),
                    ordered: kind & UNORDERED == 0,
                    max_retransmits,
                }))
            }
            _ => None,
        }
    }

    /// Writes a message. Labels are no longer than [`LABEL_BYTES_MAX`].
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let settings = match self {
            Self::Ack => return vec![ACK],
            Self::Open(settings) => settings,
        };
        let unordered = if settings.ordered { 0 } else { UNORDERED };
        let limited = u8::from(settings.max_retransmits.is_some());
        let reliability = u32::from(settings.max_retransmits.unwrap_or(0));
        let label = settings.label.as_bytes();
        let label_bytes = u16::try_from(label.len()).unwrap_or(u16::MAX);
        debug_assert!(label.len() <= LABEL_BYTES_MAX, "labels are bounded when taken");
        let mut bytes = Vec::with_capacity(OPEN_HEADER_BYTES + label.len());
        bytes.extend([OPEN, unordered | limited]);
        bytes.extend(PRIORITY_NORMAL.to_be_bytes());
        bytes.extend(reliability.to_be_bytes());
        bytes.extend(label_bytes.to_be_bytes());
        bytes.extend(0_u16.to_be_bytes());
        bytes.extend(label);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (ordered, max_retransmits) in [(true, None), (false, Some(0)), (false, Some(7))] {
            let settings = ChannelSettings { label: "_lossy".into(), ordered, max_retransmits };
            let open = Dcep::Open(settings);
            assert_eq!(Dcep::parse(&open.to_bytes()), Some(open));
        }
        assert_eq!(Dcep::parse(&Dcep::Ack.to_bytes()), Some(Dcep::Ack));
    }

    #[test]
    fn broken_messages_are_nothing() {
        let open = Dcep::Open(ChannelSettings { label: "label".to_owned(), ordered: true, max_retransmits: None });
        let bytes = open.to_bytes();
        for cut in 0..bytes.len() {
            assert_eq!(Dcep::parse(&bytes[..cut]), None);
        }
        let mut unknown = bytes;
        unknown[1] = 0x70;
        assert_eq!(Dcep::parse(&unknown), None);
        assert_eq!(Dcep::parse(&[0]), None);
    }
}
