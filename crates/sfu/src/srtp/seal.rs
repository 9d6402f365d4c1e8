//! The sending side. What was sealed is remembered, because a nonce used twice breaks GCM for good.

use super::cipher::{Cipher, RTCP_CLEAR_BYTES};
use super::derive::{Purpose, SessionKeys};
use super::open::guess_index;
use super::{Profile, SrtpError};
use crate::rtp::{SeenWindow, prefix};

/// Streams that may be sent to a peer under one set of keys.
pub const SEALED_STREAMS_MAX: usize = 4_096;

const WINDOW_WORDS: usize = 2;
/// RFC 3711 §9.2 and RFC 7714 §5.3: an SRTCP key is worn out after this many packets.
const RTCP_INDEX_MAX: u32 = (1 << 31) - 1;

/// A stream of one [`Sealer`]: found once, used for each packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StreamKey(usize);

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    sealed: SeenWindow<WINDOW_WORDS>,
}

/// Seals what we send to one peer.
pub struct Sealer {
    rtp: Cipher,
    rtcp: Cipher,
    streams: Vec<Stream>,
    rtcp_index: u32,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("streams", &self.streams.len()).field("rtcp_index", &self.rtcp_index).finish_non_exhaustive()
    }
}

impl Sealer {
    /// From our side's exported master key and salt.
    ///
    /// # Errors
    /// When their lengths are not the profile's.
    pub fn new(profile: Profile, key: &[u8], salt: &[u8]) -> Result<Sealer, SrtpError> {
        let rtp = SessionKeys::derive(profile, key, salt, Purpose::Rtp)?;
        let rtcp = SessionKeys::derive(profile, key, salt, Purpose::Rtcp)?;
        Ok(Sealer { rtp: Cipher::new(profile, &rtp)?, rtcp: Cipher::new(profile, &rtcp)?, streams: Vec::new(), rtcp_index: 0 })
    }

    /// The stream of an SSRC. The same SSRC always gives the same stream with its memory, so that a slot that
    /// is used again must go on with its sequence numbers.
    ///
    /// # Errors
    /// When there are too many streams.
    pub fn stream(&mut self, ssrc: u32) -> Result<StreamKey, SrtpError> {
        if let Some(at) = self.streams.iter().position(|stream| stream.ssrc == ssrc) {
            return Ok(StreamKey(at));
        }
        if self.streams.len() >= SEALED_STREAMS_MAX {
            return Err(SrtpError::TooManyStreams);
        }
        self.streams.push(Stream { ssrc, sealed: SeenWindow::default() });
        Ok(StreamKey(self.streams.len() - 1))
    }

    /// Seals the RTP packet in `buffer[..length]` in place and gives its sealed length, at most
    /// [`super::OVERHEAD_MAX`] more. The first packet of a stream starts with rollover counter zero.
    ///
    /// # Errors
    /// When the buffer is too small, the packet is not the stream's, or the index was sealed before or lies
    /// too far behind to know.
    pub fn seal_rtp(&mut self, stream: StreamKey, buffer: &mut [u8], length: usize) -> Result<usize, SrtpError> {
        let prefix = prefix(buffer.get(..length).ok_or(SrtpError::Misuse)?)?;
        let state = self.streams.get_mut(stream.0).ok_or(SrtpError::Misuse)?;
        if state.ssrc != prefix.ssrc || buffer.len() < length + self.rtp.tag_bytes() {
            return Err(SrtpError::Misuse);
        }
        let index = guess_index(state.sealed.newest(), prefix.sequence);
        if !state.sealed.insert(index) {
            return Err(SrtpError::IndexReused);
        }
        self.rtp.seal_rtp(buffer, length, prefix.header_bytes, prefix.ssrc, index)
    }

    /// Seals the RTCP packet in `buffer[..length]` in place and gives its sealed length, at most
    /// [`super::OVERHEAD_MAX`] more.
    ///
    /// # Errors
    /// When the buffer is too small, the packet too short, or the key worn out.
    pub fn seal_rtcp(&mut self, buffer: &mut [u8], length: usize) -> Result<usize, SrtpError> {
        let [_, _, _, _, s0, s1, s2, s3] =
            *buffer.get(..length).and_then(|packet| packet.first_chunk::<RTCP_CLEAR_BYTES>()).ok_or(SrtpError::Misuse)?;
        if self.rtcp_index == RTCP_INDEX_MAX {
            return Err(SrtpError::IndexReused);
        }
        self.rtcp_index += 1;
        let ssrc = u32::from_be_bytes([s0, s1, s2, s3]);
        self.rtcp.seal_rtcp(buffer, length, ssrc, self.rtcp_index)
    }
}
