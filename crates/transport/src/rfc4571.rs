//! Framing over TCP: two bytes of length before each packet (RFC 4571). The connection itself is
//! the caller's.

/// The longest packet we take from or put on a connection. Media and SCTP stay below an Ethernet
/// frame; a client that announces more is no WebRTC client.
pub const FRAME_BYTES_MAX: usize = 4096;

/// The bytes of the length.
const LENGTH_BYTES: usize = 2;

/// A frame was longer than [`FRAME_BYTES_MAX`]; the connection cannot be trusted any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a TCP frame of {bytes} bytes is too long")]
pub struct FrameTooLong {
    /// What was announced.
    pub bytes: usize,
}

/// The packets of one connection's byte stream. Holds at most one unfinished frame.
#[derive(Debug, Default)]
pub struct Deframer {
    pending: Vec<u8>,
}

impl Deframer {
    /// A reader at the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes of the stream and gives each complete packet to `sink`. Empty frames, which
    /// some clients send to keep a connection open, are passed over. After an error the connection
    /// must be closed.
    pub fn push(&mut self, bytes: &[u8], mut sink: impl FnMut(&mut [u8])) -> Result<(), FrameTooLong> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = self.fill(rest, LENGTH_BYTES);
            let Some(length) = self.announced() else {
                return Ok(());
            };
            if length > FRAME_BYTES_MAX {
                return Err(FrameTooLong { bytes: length });
            }
            rest = self.fill(rest, LENGTH_BYTES + length);
            if self.pending.len() < LENGTH_BYTES + length {
                return Ok(());
            }
            if let Some((_, packet)) = self.pending.split_at_mut_checked(LENGTH_BYTES)
                && !packet.is_empty()
            {
                sink(packet);
            }
            self.pending.clear();
        }
        Ok(())
    }

    /// Moves bytes over until `wanted` are pending, and gives back the others.
    fn fill<'a>(&mut self, bytes: &'a [u8], wanted: usize) -> &'a [u8] {
        let missing = wanted.saturating_sub(self.pending.len()).min(bytes.len());
        let (taken, rest) = bytes.split_at(missing);
        self.pending.extend_from_slice(taken);
        rest
    }

    fn announced(&self) -> Option<usize> {
        let length = self.pending.first_chunk::<LENGTH_BYTES>()?;
        Some(usize::from(u16::from_be_bytes(*length)))
    }
}

/// Appends one framed packet to what will be written to a connection.
pub fn frame(packet: &[u8], out: &mut Vec<u8>) -> Result<(), FrameTooLong> {
    let too_long = FrameTooLong { bytes: packet.len() };
    if packet.len() > FRAME_BYTES_MAX {
        return Err(too_long);
    }
    let length = u16::try_from(packet.len()).map_err(|_| too_long)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(packet);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_come_out_however_the_stream_was_cut() {
        let mut stream = Vec::new();
        for packet in [&b"one"[..], b"", b"three", &[9; FRAME_BYTES_MAX]] {
            frame(packet, &mut stream).expect("short enough");
        }
        for size in [1, 2, 3, 7, stream.len()] {
            let mut deframer = Deframer::new();
            let mut packets = Vec::new();
            for chunk in stream.chunks(size) {
                deframer.push(chunk, |packet| packets.push(packet.to_vec())).expect("short enough");
            }
            assert_eq!(packets, [b"one".to_vec(), b"three".to_vec(), vec![9; FRAME_BYTES_MAX]]);
        }
    }

    #[test]
    fn long_frames_end_the_connection() {
        let mut deframer = Deframer::new();
        let pushed = deframer.push(&[0xff, 0xff, 0, 0], |_| panic!("nothing is complete"));
        assert_eq!(pushed, Err(FrameTooLong { bytes: 0xffff }));
        assert!(frame(&[0; FRAME_BYTES_MAX + 1], &mut Vec::new()).is_err());
    }
}
