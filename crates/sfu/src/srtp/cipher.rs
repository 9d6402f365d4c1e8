//! One direction of one protocol: seals and opens single packets, given the index. Knows nothing of replay.

use aws_lc_rs::cipher::EncryptingKey;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, Tag, UnboundKey};

use super::derive::{SessionKeys, apply_keystream, counter_cipher};
use super::{Profile, SrtpError};

pub(super) const GCM_TAG_BYTES: usize = 16;
pub(super) const HMAC_TAG_BYTES: usize = 10;
/// The clear start of an RTCP packet: one header word and the sender's SSRC.
pub(super) const RTCP_CLEAR_BYTES: usize = 8;
/// The word with the E flag and the SRTCP index.
pub(super) const RTCP_INDEX_BYTES: usize = 4;
const ENCRYPTED_FLAG: u32 = 1 << 31;

/// Cached key schedules of one direction of RTP or of RTCP.
#[expect(clippy::large_enum_variant, reason = "a few exist per peer, and they are read on every packet")]
pub(super) enum Cipher {
    Gcm { key: LessSafeKey, salt: [u8; 12] },
    CounterHmac { key: EncryptingKey, salt: [u8; 14], auth: hmac::Key },
}

impl Cipher {
    pub(super) fn new(profile: Profile, keys: &SessionKeys) -> Result<Cipher, SrtpError> {
        let algorithm = match profile {
            Profile::AeadAes128Gcm => &AES_128_GCM,
            Profile::AeadAes256Gcm => &AES_256_GCM,
            Profile::AesCm128HmacSha1 => {
                return Ok(Cipher::CounterHmac {
                    key: counter_cipher(keys.key())?,
                    salt: keys.salt,
                    auth: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &keys.auth),
                });
            }
        };
        let key = UnboundKey::new(algorithm, keys.key()).map_err(|_| SrtpError::Key)?;
        let salt = keys.salt.first_chunk::<12>().ok_or(SrtpError::Key)?;
        Ok(Cipher::Gcm { key: LessSafeKey::new(key), salt: *salt })
    }

    pub(super) fn tag_bytes(&self) -> usize {
        match self {
            Cipher::Gcm { .. } => GCM_TAG_BYTES,
            Cipher::CounterHmac { .. } => HMAC_TAG_BYTES,
        }
    }

    /// Seals `packet[..length]` and gives the new length.
    pub(super) fn seal_rtp(
        &self,
        packet: &mut [u8],
        length: usize,
        header_bytes: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<usize, SrtpError> {
        let end = length + self.tag_bytes();
        let packet = packet.get_mut(..end).ok_or(SrtpError::Misuse)?;
        let (clear, tag) = packet.split_at_mut_checked(length).ok_or(SrtpError::Misuse)?;
        match self {
            Cipher::Gcm { key, salt } => {
                let (header, body) = clear.split_at_mut_checked(header_bytes).ok_or(SrtpError::Misuse)?;
                let made = key
                    .seal_in_place_separate_tag(rtp_nonce(salt, ssrc, index), Aad::from(&*header), body)
                    .map_err(|_| SrtpError::Misuse)?;
                tag.copy_from_slice(made.as_ref());
            }
            Cipher::CounterHmac { key, salt, auth } => {
                let body = clear.get_mut(header_bytes..).ok_or(SrtpError::Misuse)?;
                apply_keystream(key, counter(salt, ssrc, index), body)?;
                let made = sign(auth, &[clear, &roc(index)]);
                copy_tag(tag, &made);
            }
        }
        Ok(end)
    }

    /// Opens a whole packet in place and gives the clear length.
    pub(super) fn open_rtp(&self, packet: &mut [u8], header_bytes: usize, ssrc: u32, index: u64) -> Result<usize, SrtpError> {
        let length = packet.len().checked_sub(self.tag_bytes()).filter(|length| *length >= header_bytes).ok_or(SrtpError::Malformed)?;
        let (sealed, tag) = packet.split_at_mut_checked(length).ok_or(SrtpError::Malformed)?;
        match self {
            Cipher::Gcm { key, salt } => {
                let (header, body) = sealed.split_at_mut_checked(header_bytes).ok_or(SrtpError::Malformed)?;
                open_gcm(key, rtp_nonce(salt, ssrc, index), header, body, tag)?;
            }
            Cipher::CounterHmac { key, salt, auth } => {
                verify(auth, &[sealed, &roc(index)], tag)?;
                let body = sealed.get_mut(header_bytes..).ok_or(SrtpError::Malformed)?;
                apply_keystream(key, counter(salt, ssrc, index), body)?;
            }
        }
        Ok(length)
    }

    /// Seals the compound packet `packet[..length]` and gives the new length.
    pub(super) fn seal_rtcp(&self, packet: &mut [u8], length: usize, ssrc: u32, index: u32) -> Result<usize, SrtpError> {
        let end = length + self.tag_bytes() + RTCP_INDEX_BYTES;
        let packet = packet.get_mut(..end).ok_or(SrtpError::Misuse)?;
        let (clear, trailer) = packet.split_at_mut_checked(length).ok_or(SrtpError::Misuse)?;
        let (header, body) = clear.split_at_mut_checked(RTCP_CLEAR_BYTES).ok_or(SrtpError::Misuse)?;
        let word = (ENCRYPTED_FLAG | index).to_be_bytes();
        match self {
            Cipher::Gcm { key, salt } => {
                let aad = rtcp_aad(header, word)?;
                let made =
                    key.seal_in_place_separate_tag(rtcp_nonce(salt, ssrc, index), Aad::from(aad), body).map_err(|_| SrtpError::Misuse)?;
                let (tag, place) = trailer.split_at_mut_checked(GCM_TAG_BYTES).ok_or(SrtpError::Misuse)?;
                tag.copy_from_slice(made.as_ref());
                place.copy_from_slice(&word);
            }
            Cipher::CounterHmac { key, salt, auth } => {
                apply_keystream(key, counter(salt, ssrc, u64::from(index)), body)?;
                let made = sign(auth, &[clear, &word]);
                let (place, tag) = trailer.split_at_mut_checked(RTCP_INDEX_BYTES).ok_or(SrtpError::Misuse)?;
                place.copy_from_slice(&word);
                copy_tag(tag, &made);
            }
        }
        Ok(end)
    }

    /// The sender and the index of a sealed compound packet, not authentic yet.
    pub(super) fn peek_rtcp(&self, packet: &[u8]) -> Result<(u32, u32), SrtpError> {
        let clear = packet.first_chunk::<RTCP_CLEAR_BYTES>().ok_or(SrtpError::Malformed)?;
        let [first, _, _, _, s0, s1, s2, s3] = *clear;
        let from_end = match self {
            Cipher::Gcm { .. } => RTCP_INDEX_BYTES,
            Cipher::CounterHmac { .. } => RTCP_INDEX_BYTES + HMAC_TAG_BYTES,
        };
        let smallest = RTCP_CLEAR_BYTES + self.tag_bytes() + RTCP_INDEX_BYTES;
        if first >> 6 != 2 || packet.len() < smallest {
            return Err(SrtpError::Malformed);
        }
        let word = packet
            .get(packet.len() - from_end..)
            .and_then(|rest| rest.first_chunk::<RTCP_INDEX_BYTES>())
            .map(|word| u32::from_be_bytes(*word))
            .ok_or(SrtpError::Malformed)?;
        // RFC 8827 wants RTCP encrypted; a clear one is nobody's we speak to.
        if word & ENCRYPTED_FLAG == 0 {
            return Err(SrtpError::Malformed);
        }
        Ok((u32::from_be_bytes([s0, s1, s2, s3]), word & !ENCRYPTED_FLAG))
    }

    /// Opens a whole compound packet in place and gives the clear length.
    pub(super) fn open_rtcp(&self, packet: &mut [u8], ssrc: u32, index: u32) -> Result<usize, SrtpError> {
        let length = packet.len().checked_sub(self.tag_bytes() + RTCP_INDEX_BYTES).ok_or(SrtpError::Malformed)?;
        let word = (ENCRYPTED_FLAG | index).to_be_bytes();
        match self {
            Cipher::Gcm { key, salt } => {
                let (sealed, trailer) = packet.split_at_mut_checked(length).ok_or(SrtpError::Malformed)?;
                let (header, body) = sealed.split_at_mut_checked(RTCP_CLEAR_BYTES).ok_or(SrtpError::Malformed)?;
                let tag = trailer.get(..GCM_TAG_BYTES).ok_or(SrtpError::Malformed)?;
                let aad = rtcp_aad(header, word)?;
                open_gcm(key, rtcp_nonce(salt, ssrc, index), &aad, body, tag)?;
            }
            Cipher::CounterHmac { key, salt, auth } => {
                let (signed, tag) = packet.split_at_mut_checked(length + RTCP_INDEX_BYTES).ok_or(SrtpError::Malformed)?;
                verify(auth, &[signed], tag)?;
                let body = signed.get_mut(RTCP_CLEAR_BYTES..length).ok_or(SrtpError::Malformed)?;
                apply_keystream(key, counter(salt, ssrc, u64::from(index)), body)?;
            }
        }
        Ok(length)
    }
}

fn open_gcm(key: &LessSafeKey, nonce: Nonce, aad: &[u8], body: &mut [u8], tag: &[u8]) -> Result<(), SrtpError> {
    let tag = Tag::try_from(tag).map_err(|_| SrtpError::Malformed)?;
    key.open_in_place_separate_tag(nonce, Aad::from(aad), tag, body, 0..).map(|_| ()).map_err(|_| SrtpError::NotAuthentic)
}

/// RFC 7714 §8.1: two zero bytes, SSRC, rollover counter and sequence number, masked with the salt.
fn rtp_nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> Nonce {
    let value = (u128::from(ssrc) << 48) | u128::from(index);
    Nonce::assume_unique_for_key(masked(salt, value))
}

/// RFC 7714 §9.1: two zero bytes, SSRC, two zero bytes and the index, masked with the salt.
fn rtcp_nonce(salt: &[u8; 12], ssrc: u32, index: u32) -> Nonce {
    let value = (u128::from(ssrc) << 48) | u128::from(index);
    Nonce::assume_unique_for_key(masked(salt, value))
}

fn masked(salt: &[u8; 12], value: u128) -> [u8; 12] {
    let [_, _, _, _, nonce @ ..] = value.to_be_bytes();
    let mut nonce: [u8; 12] = nonce;
    for (byte, salt) in nonce.iter_mut().zip(salt) {
        *byte ^= *salt;
    }
    nonce
}

/// RFC 3711 §4.1.1: the salt, the SSRC and the index, above a 16-bit block counter.
fn counter(salt: &[u8; 14], ssrc: u32, index: u64) -> [u8; 16] {
    let mut value = ((u128::from(ssrc) << 64) | (u128::from(index) << 16)).to_be_bytes();
    for (byte, salt) in value.iter_mut().zip(salt) {
        *byte ^= *salt;
    }
    value
}

fn rtcp_aad(header: &[u8], word: [u8; 4]) -> Result<[u8; RTCP_CLEAR_BYTES + RTCP_INDEX_BYTES], SrtpError> {
    let [a, b, c, d, e, f, g, h] = *header.first_chunk::<RTCP_CLEAR_BYTES>().ok_or(SrtpError::Malformed)?;
    let [w, x, y, z] = word;
    Ok([a, b, c, d, e, f, g, h, w, x, y, z])
}

fn roc(index: u64) -> [u8; 4] {
    let [_, _, a, b, c, d, _, _] = index.to_be_bytes();
    [a, b, c, d]
}

fn sign(key: &hmac::Key, parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    context.sign()
}

fn verify(key: &hmac::Key, parts: &[&[u8]], tag: &[u8]) -> Result<(), SrtpError> {
    let made = sign(key, parts);
    let expected = made.as_ref().get(..HMAC_TAG_BYTES).ok_or(SrtpError::Malformed)?;
    verify_slices_are_equal(expected, tag).map_err(|_| SrtpError::NotAuthentic)
}

fn copy_tag(place: &mut [u8], made: &hmac::Tag) {
    for (byte, made) in place.iter_mut().zip(made.as_ref()) {
        *byte = *made;
    }
}
