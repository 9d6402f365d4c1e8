//! SRTP keys as DTLS agreed on them, on their way to whoever protects the media. `Debug` shows
//! the profile only.

use std::fmt;

/// How SRTP is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SrtpProfile {
    /// AEAD_AES_128_GCM: 16-byte key, 12-byte salt.
    AeadAes128Gcm,
    /// AEAD_AES_256_GCM: 32-byte key, 12-byte salt.
    AeadAes256Gcm,
    /// AES128_CM_SHA1_80: 16-byte key, 14-byte salt.
    AesCm128Sha1_80,
}

impl SrtpProfile {
    /// Bytes of a master key.
    #[must_use]
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::AesCm128Sha1_80 => 16,
            Self::AeadAes256Gcm => 32,
        }
    }

    /// Bytes of a master salt.
    #[must_use]
    pub const fn salt_bytes(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
            Self::AesCm128Sha1_80 => 14,
        }
    }
}

/// Master keys and salts of both directions. They exist only after the peer's certificate was
/// compared with the announced fingerprint.
#[derive(Clone, PartialEq, Eq)]
pub struct SrtpKeys {
    /// How to use them.
    pub profile: SrtpProfile,
    /// What we protect with.
    pub local_key: Vec<u8>,
    /// Its salt.
    pub local_salt: Vec<u8>,
    /// What the peer protects with.
    pub remote_key: Vec<u8>,
    /// Its salt.
    pub remote_salt: Vec<u8>,
}

impl SrtpKeys {
    /// Cuts what RFC 5764 §4.2 exports: client key, server key, client salt, server salt.
    pub(crate) fn cut(profile: SrtpProfile, material: &[u8], is_client: bool) -> Option<Self> {
        let (client_key, rest) = material.split_at_checked(profile.key_bytes())?;
        let (server_key, rest) = rest.split_at_checked(profile.key_bytes())?;
        let (client_salt, rest) = rest.split_at_checked(profile.salt_bytes())?;
        let (server_salt, _) = rest.split_at_checked(profile.salt_bytes())?;
        let client = (client_key.to_vec(), client_salt.to_vec());
        let server = (server_key.to_vec(), server_salt.to_vec());
        let (local, remote) = if is_client { (client, server) } else { (server, client) };
        Some(Self { profile, local_key: local.0, local_salt: local.1, remote_key: remote.0, remote_salt: remote.1 })
    }
}

impl fmt::Debug for SrtpKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SrtpKeys({:?})", self.profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cut_in_the_order_of_the_exporter() {
        let material: Vec<u8> = (0..56).collect();
        let profile = SrtpProfile::AeadAes128Gcm;
        let server = SrtpKeys::cut(profile, &material, false).expect("long enough");
        assert_eq!(server.remote_key, (0..16).collect::<Vec<u8>>());
        assert_eq!(server.local_key, (16..32).collect::<Vec<u8>>());
        assert_eq!(server.remote_salt, (32..44).collect::<Vec<u8>>());
        assert_eq!(server.local_salt, (44..56).collect::<Vec<u8>>());
        let client = SrtpKeys::cut(profile, &material, true).expect("long enough");
        assert_eq!(client.local_key, server.remote_key);
        assert_eq!(SrtpKeys::cut(profile, &material[..55], true), None);
        assert_eq!(format!("{server:?}"), "SrtpKeys(AeadAes128Gcm)");
    }
}
