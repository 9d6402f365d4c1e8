//! Session keys from master keys (RFC 3711 §4.3 with RFC 7714 §11), key derivation rate zero.

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

use super::{Profile, SrtpError};

/// Longest key of any profile.
const KEY_BYTES_MAX: usize = 32;
/// The salt of the derivation; GCM salts are filled up with zeros.
const MASTER_SALT_BYTES: usize = 14;
const AUTH_KEY_BYTES: usize = 20;

/// Which half of the protocol keys are for; the number is the first of its three labels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    Rtp = 0,
    Rtcp = 3,
}

/// The keys that protect packets.
pub(super) struct SessionKeys {
    key: [u8; KEY_BYTES_MAX],
    key_bytes: usize,
    /// Salt: 14 bytes for counter mode, the first 12 for GCM.
    pub(super) salt: [u8; MASTER_SALT_BYTES],
    pub(super) auth: [u8; AUTH_KEY_BYTES],
}

impl SessionKeys {
    pub(super) fn derive(profile: Profile, master_key: &[u8], master_salt: &[u8], purpose: Purpose) -> Result<SessionKeys, SrtpError> {
        if master_key.len() != profile.key_bytes() || master_salt.len() != profile.salt_bytes() {
            return Err(SrtpError::Key);
        }
        let mut padded_salt = [0; MASTER_SALT_BYTES];
        for (padded, byte) in padded_salt.iter_mut().zip(master_salt) {
            *padded = *byte;
        }
        let prf = counter_cipher(master_key)?;
        let mut keys = SessionKeys {
            key: [0; KEY_BYTES_MAX],
            key_bytes: profile.key_bytes(),
            salt: [0; MASTER_SALT_BYTES],
            auth: [0; AUTH_KEY_BYTES],
        };
        let label = purpose as u8;
        let key = keys.key.get_mut(..profile.key_bytes()).ok_or(SrtpError::Key)?;
        expand(&prf, &padded_salt, label, key)?;
        expand(&prf, &padded_salt, label + 1, &mut keys.auth)?;
        let salt = keys.salt.get_mut(..profile.salt_bytes()).ok_or(SrtpError::Key)?;
        expand(&prf, &padded_salt, label + 2, salt)?;
        Ok(keys)
    }

    pub(super) fn key(&self) -> &[u8] {
        self.key.get(..self.key_bytes).unwrap_or_default()
    }
}

/// A key schedule for AES in counter mode.
pub(super) fn counter_cipher(key: &[u8]) -> Result<EncryptingKey, SrtpError> {
    let algorithm = if key.len() == 32 { &AES_256 } else { &AES_128 };
    UnboundCipherKey::new(algorithm, key).and_then(EncryptingKey::ctr).map_err(|_| SrtpError::Key)
}

/// Encrypts in counter mode from the given first counter block.
pub(super) fn apply_keystream(cipher: &EncryptingKey, counter: [u8; 16], bytes: &mut [u8]) -> Result<(), SrtpError> {
    cipher.less_safe_encrypt(bytes, EncryptionContext::Iv128(FixedLength::from(&counter))).map(|_| ()).map_err(|_| SrtpError::Malformed)
}

fn expand(prf: &EncryptingKey, master_salt: &[u8; MASTER_SALT_BYTES], label: u8, out: &mut [u8]) -> Result<(), SrtpError> {
    let mut counter = [0; 16];
    for (byte, salt) in counter.iter_mut().zip(master_salt) {
        *byte = *salt;
    }
    // The label stands above a 48-bit index, which is zero without a derivation rate.
    if let Some(byte) = counter.get_mut(7) {
        *byte ^= label;
    }
    out.fill(0);
    apply_keystream(prf, counter, out)
}

#[cfg(test)]
impl SessionKeys {
    pub(super) fn from_parts(key: &[u8], salt: &[u8], auth: &[u8]) -> SessionKeys {
        let mut keys =
            SessionKeys { key: [0; KEY_BYTES_MAX], key_bytes: key.len(), salt: [0; MASTER_SALT_BYTES], auth: [0; AUTH_KEY_BYTES] };
        keys.key[..key.len()].copy_from_slice(key);
        keys.salt[..salt.len()].copy_from_slice(salt);
        keys.auth[..auth.len()].copy_from_slice(auth);
        keys
    }
}
