//! What two peers tell each other before the first datagram: credentials, fingerprints, roles and
//! candidates. Plain values; passwords never show up in `Debug`.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use crate::wire::Protocol;

/// The longest user name fragment RFC 8445 allows.
const UFRAG_CHARS_MAX: usize = 256;
/// The shortest user name fragment RFC 8445 allows.
const UFRAG_CHARS_MIN: usize = 4;
/// The shortest password RFC 8445 allows.
const PASSWORD_CHARS_MIN: usize = 22;
/// The longest digest we know is SHA-512.
const DIGEST_BYTES_MAX: usize = 64;

/// The name and password one side answers connectivity checks with.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IceCredentials {
    /// The user name fragment.
    pub ufrag: String,
    /// The password, a secret between the two peers.
    pub password: String,
}

impl IceCredentials {
    /// Whether both parts have the length and alphabet RFC 8445 asks for.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let ice_char = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
        // Some clients put other visible characters into both; they must only not break a line.
        let lenient = |text: &str| text.chars().all(|c| ice_char(c) || c.is_ascii_graphic());
        (UFRAG_CHARS_MIN..=UFRAG_CHARS_MAX).contains(&self.ufrag.len())
            && (PASSWORD_CHARS_MIN..=UFRAG_CHARS_MAX).contains(&self.password.len())
            && lenient(&self.ufrag)
            && lenient(&self.password)
    }
}

impl fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IceCredentials({})", self.ufrag)
    }
}

/// An address we can be reached at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocalCandidate {
    /// The address as clients see it.
    pub addr: SocketAddr,
    /// UDP, or passive TCP.
    pub protocol: Protocol,
}

/// One of our candidates as a line says it, by its place in the list: earlier is better.
pub(crate) struct CandidateLine<'a> {
    pub(crate) index: usize,
    pub(crate) candidate: &'a LocalCandidate,
}

impl fmt::Display for CandidateLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LocalCandidate { addr, protocol } = self.candidate;
        // RFC 8445 §5.1.2: host candidates have preference 126; ours among them must differ, and
        // TCP comes after all of UDP.
        let base: usize = match protocol {
            Protocol::Udp => 0xffff,
            Protocol::Tcp => 0x7fff,
        };
        let priority = (126 << 24) | (base.saturating_sub(self.index) << 8) | 255;
        let (foundation, ip, port) = (self.index + 1, addr.ip(), addr.port());
        let way = match protocol {
            Protocol::Udp => "",
            Protocol::Tcp => " tcptype passive",
        };
        write!(f, "candidate:{foundation} 1 {protocol} {priority} {ip} {port} typ host{way}")
    }
}

/// A certificate's digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HashFunction {
    /// SHA-256, which everybody uses.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The digest of a certificate, as `a=fingerprint` carries it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// Which digest it is.
    pub function: HashFunction,
    /// The digest.
    pub digest: Vec<u8>,
}

/// Why a text is no fingerprint we can compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FingerprintError {
    /// A digest we do not trust or do not know.
    #[error("the fingerprint uses a digest that is not accepted")]
    UnknownFunction,
    /// Not pairs of hexadecimal digits between colons, or of the wrong length.
    #[error("the fingerprint is malformed")]
    Malformed,
}

impl Fingerprint {
    /// The digest of a certificate in DER.
    #[must_use]
    pub fn of(function: HashFunction, certificate_der: &[u8]) -> Self {
        let algorithm = match function {
            HashFunction::Sha256 => &ring::digest::SHA256,
            HashFunction::Sha384 => &ring::digest::SHA384,
            HashFunction::Sha512 => &ring::digest::SHA512,
        };
        let digest = ring::digest::digest(algorithm, certificate_der).as_ref().to_vec();
        Self { function, digest }
    }

    /// Whether the certificate is the one that was announced.
    #[must_use]
    pub fn matches(&self, certificate_der: &[u8]) -> bool {
        Self::of(self.function, certificate_der).digest == self.digest
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, hex) = text.trim().split_once(' ').ok_or(FingerprintError::Malformed)?;
        let (function, length) = match name.to_ascii_lowercase().as_str() {
            "sha-256" => (HashFunction::Sha256, 32),
            "sha-384" => (HashFunction::Sha384, 48),
            "sha-512" => (HashFunction::Sha512, DIGEST_BYTES_MAX),
            _ => return Err(FingerprintError::UnknownFunction),
        };
        let mut digest = Vec::with_capacity(DIGEST_BYTES_MAX);
        for pair in hex.trim().split(':') {
            let plain = pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
            if !plain || digest.len() == DIGEST_BYTES_MAX {
                return Err(FingerprintError::Malformed);
            }
            let byte = u8::from_str_radix(pair, 16).map_err(|_| FingerprintError::Malformed)?;
            digest.push(byte);
        }
        if digest.len() != length {
            return Err(FingerprintError::Malformed);
        }
        Ok(Self { function, digest })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.function {
            HashFunction::Sha256 => "sha-256 ",
            HashFunction::Sha384 => "sha-384 ",
            HashFunction::Sha512 => "sha-512 ",
        })?;
        for (index, byte) in self.digest.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// Who starts the DTLS handshake, as `a=setup` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setup {
    /// The sender will start.
    Active,
    /// The sender waits.
    Passive,
    /// The sender leaves the choice to the answer.
    ActPass,
}

impl Setup {
    /// The word of the attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Passive => "passive",
            Self::ActPass => "actpass",
        }
    }
}

/// The other side, as far as transport cares. [`crate::sdp::Offer::transport`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteDescription {
    /// What the other side answers connectivity checks with.
    pub credentials: IceCredentials,
    /// The other side is ICE-lite: it never checks by itself.
    pub ice_lite: bool,
    /// What its certificate must match; one is enough.
    pub fingerprints: Vec<Fingerprint>,
    /// Its part in the DTLS handshake.
    pub setup: Setup,
    /// The SCTP port, if data channels are wanted.
    pub sctp_port: Option<u16>,
    /// The largest data channel message it takes; 0 in the attribute means no limit and is
    /// replaced by [`crate::MESSAGE_BYTES_MAX`].
    pub message_bytes_max: usize,
    /// Its candidates, each the value of an `a=candidate` line.
    pub candidates: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_survives_text() {
        let fingerprint = Fingerprint::of(HashFunction::Sha256, b"certificate");
        let text = fingerprint.to_string();
        assert_eq!(text.parse::<Fingerprint>(), Ok(fingerprint.clone()));
        assert_eq!(text.to_lowercase().parse::<Fingerprint>(), Ok(fingerprint.clone()));
        assert!(fingerprint.matches(b"certificate"));
        assert!(!fingerprint.matches(b"another"));
    }

    #[test]
    fn broken_fingerprints_are_refused() {
        for text in ["", "sha-256", "sha-1 00:11", "sha-256 00:11", "sha-256 +1:22", "md5 "] {
            assert!(text.parse::<Fingerprint>().is_err(), "{text}");
        }
        let long = format!("sha-512 {}", vec!["00"; 1000].join(":"));
        assert_eq!(long.parse::<Fingerprint>(), Err(FingerprintError::Malformed));
    }

    #[test]
    fn passwords_stay_out_of_debug() {
        let ufrag = "abcd".to_owned();
        let credentials = IceCredentials { ufrag, password: "secretsecretsecretsecret".into() };
        assert!(credentials.is_valid());
        assert_eq!(format!("{credentials:?}"), "IceCredentials(abcd)");
    }
}
