//! SRTP and SRTCP: AES-GCM (RFC 7714) and AES-CM with HMAC-SHA1 (RFC 3711), in place.
//!
//! An [`Opener`] holds the keys of the remote side, a [`Sealer`] ours. A stream gets state in the opener only
//! after one of its packets was authentic, and the number of streams is bounded. The sealer refuses to seal
//! the same (SSRC, index) twice, because that would give away the keystream: it never re-sends, its owner
//! seals repeats under the retransmission SSRC.
#![deny(clippy::cast_possible_truncation)]

mod cipher;
mod derive;
mod open;
mod seal;
#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::rtp::RtpError;

pub use open::{OPENED_STREAMS_MAX, OpenedRtp, Opener};
pub use seal::{SEALED_STREAMS_MAX, Sealer, StreamKey};

/// Bytes by which sealing may lengthen a packet, RTP or RTCP, under any profile.
pub const OVERHEAD_MAX: usize = 20;

/// How packets are protected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Profile {
    /// `AEAD_AES_128_GCM`.
    AeadAes128Gcm,
    /// `AEAD_AES_256_GCM`.
    AeadAes256Gcm,
    /// `AES_CM_128_HMAC_SHA1_80`.
    AesCm128HmacSha1,
}

impl Profile {
    /// Bytes of a master key.
    pub const fn key_bytes(self) -> usize {
        match self {
            Profile::AeadAes128Gcm | Profile::AesCm128HmacSha1 => 16,
            Profile::AeadAes256Gcm => 32,
        }
    }

    /// Bytes of a master salt.
    pub const fn salt_bytes(self) -> usize {
        match self {
            Profile::AeadAes128Gcm | Profile::AeadAes256Gcm => 12,
            Profile::AesCm128HmacSha1 => 14,
        }
    }

    /// Bytes by which sealing lengthens an RTP packet.
    pub const fn rtp_overhead(self) -> usize {
        match self {
            Profile::AeadAes128Gcm | Profile::AeadAes256Gcm => 16,
            Profile::AesCm128HmacSha1 => 10,
        }
    }
}

/// Why a packet was not opened or sealed.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum SrtpError {
    /// The key or the salt does not fit the profile.
    #[error("a key or salt of the wrong length")]
    Key,
    /// The clear part is no RTP.
    #[error(transparent)]
    Rtp(#[from] RtpError),
    /// Too short for a tag, not RTCP, or not encrypted.
    #[error("not an SRTP or SRTCP packet")]
    Malformed,
    /// Received before, or too old to tell.
    #[error("received before")]
    Replayed,
    /// The tag does not match.
    #[error("not authentic")]
    NotAuthentic,
    /// The limit of streams is reached.
    #[error("too many streams")]
    TooManyStreams,
    /// This (SSRC, index) was sealed before, or the key is worn out.
    #[error("an index that must not be used again")]
    IndexReused,
    /// The buffer has no room for the tag, or the stream is not the packet's.
    #[error("a buffer or stream that does not fit the packet")]
    Misuse,
}
