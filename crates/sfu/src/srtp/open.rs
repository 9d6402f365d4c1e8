//! The receiving side: rollover counters and replay windows per SSRC, created by authentic packets only.

use super::cipher::Cipher;
use super::derive::{Purpose, SessionKeys};
use super::{Profile, SrtpError};
use crate::rtp::{SeenWindow, prefix};

/// Streams of one kind that a peer may send under one set of keys.
pub const OPENED_STREAMS_MAX: usize = 1_024;

/// Late packets up to this many 64ths of a window behind the newest are still taken.
const RTP_WINDOW_WORDS: usize = 16;
const RTCP_WINDOW_WORDS: usize = 4;
const INDEX_BITS: u32 = 48;

/// A clear RTP packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OpenedRtp {
    /// Clear bytes at the start of the buffer.
    pub length: usize,
    /// Rollover counter and sequence number: the sequence number extended to 48 bits, from this session's start.
    pub index: u64,
}

/// Opens what the remote side sealed.
pub struct Opener {
    rtp: Cipher,
    rtcp: Cipher,
    rtp_streams: Windows<RTP_WINDOW_WORDS>,
    rtcp_streams: Windows<RTCP_WINDOW_WORDS>,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("streams", &self.rtp_streams.ssrcs.len()).finish_non_exhaustive()
    }
}

impl Opener {
    /// From the remote side's exported master key and salt.
    ///
    /// # Errors
    /// When their lengths are not the profile's.
    pub fn new(profile: Profile, key: &[u8], salt: &[u8]) -> Result<Opener, SrtpError> {
        let rtp = SessionKeys::derive(profile, key, salt, Purpose::Rtp)?;
        let rtcp = SessionKeys::derive(profile, key, salt, Purpose::Rtcp)?;
        Ok(Opener {
            rtp: Cipher::new(profile, &rtp)?,
            rtcp: Cipher::new(profile, &rtcp)?,
            rtp_streams: Windows::default(),
            rtcp_streams: Windows::default(),
        })
    }

    /// Opens an SRTP packet in place. On an error the bytes are of no use any more.
    ///
    /// # Errors
    /// When it is no SRTP packet, not authentic, a replay, or of one stream too many.
    pub fn open_rtp(&mut self, packet: &mut [u8]) -> Result<OpenedRtp, SrtpError> {
        let prefix = prefix(packet)?;
        let place = self.rtp_streams.find(prefix.ssrc);
        let window = place.ok().and_then(|at| self.rtp_streams.at(at));
        let newest = window.and_then(SeenWindow::newest);
        let index = guess_index(newest, prefix.sequence);
        if window.is_some_and(|window| !window.is_fresh(index)) {
            return Err(SrtpError::Replayed);
        }
        if place.is_err() && self.rtp_streams.is_full() {
            return Err(SrtpError::TooManyStreams);
        }
        let length = self.rtp.open_rtp(packet, prefix.header_bytes, prefix.ssrc, index)?;
        self.rtp_streams.remember(place, prefix.ssrc, index);
        Ok(OpenedRtp { length, index })
    }

    /// Opens an SRTCP packet, compound or reduced, in place and gives its clear length.
    ///
    /// # Errors
    /// As [`Self::open_rtp`].
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, SrtpError> {
        let (ssrc, index) = self.rtcp.peek_rtcp(packet)?;
        let place = self.rtcp_streams.find(ssrc);
        let window = place.ok().and_then(|at| self.rtcp_streams.at(at));
        if window.is_some_and(|window| !window.is_fresh(u64::from(index))) {
            return Err(SrtpError::Replayed);
        }
        if place.is_err() && self.rtcp_streams.is_full() {
            return Err(SrtpError::TooManyStreams);
        }
        let length = self.rtcp.open_rtcp(packet, ssrc, index)?;
        self.rtcp_streams.remember(place, ssrc, u64::from(index));
        Ok(length)
    }
}

/// RFC 3711 §3.3.1: the index whose rollover counter brings it nearest to the newest.
pub(super) fn guess_index(newest: Option<u64>, sequence: u16) -> u64 {
    let Some(newest) = newest else {
        return u64::from(sequence);
    };
    let cycle = 1 << 16;
    let guess = (newest & !(cycle - 1)) | u64::from(sequence);
    let index = if guess + cycle / 2 < newest {
        guess + cycle
    } else if guess > newest + cycle / 2 {
        // Before the first cycle there is nothing: such a number can only be ahead.
        guess.checked_sub(cycle).unwrap_or(guess)
    } else {
        guess
    };
    index & ((1 << INDEX_BITS) - 1)
}

/// Replay windows by SSRC, sorted, so that a stranger's choice of SSRCs costs nothing.
#[derive(Debug, Default)]
struct Windows<const WORDS: usize> {
    ssrcs: Vec<u32>,
    windows: Vec<SeenWindow<WORDS>>,
}

impl<const WORDS: usize> Windows<WORDS> {
    fn find(&self, ssrc: u32) -> Result<usize, usize> {
        self.ssrcs.binary_search(&ssrc)
    }

    fn at(&self, at: usize) -> Option<&SeenWindow<WORDS>> {
        self.windows.get(at)
    }

    fn is_full(&self) -> bool {
        self.ssrcs.len() >= OPENED_STREAMS_MAX
    }

    fn remember(&mut self, place: Result<usize, usize>, ssrc: u32, index: u64) {
        match place {
            Ok(at) => {
                if let Some(window) = self.windows.get_mut(at) {
                    window.insert(index);
                }
            }
            Err(at) => {
                let mut window = SeenWindow::default();
                window.insert(index);
                self.ssrcs.insert(at, ssrc);
                self.windows.insert(at, window);
            }
        }
    }
}
