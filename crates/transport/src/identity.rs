//! The certificate this process shows to every client. The private key never leaves it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::description::{Fingerprint, HashFunction};

/// How long we wait before repeating a lost DTLS flight. Clients repeat theirs after 50 ms, so
/// ours only matters for the last flight; the library's second is too long for people who wait.
const FLIGHT_RTO_START: Duration = Duration::from_millis(150);
/// How often a flight is repeated, each time after twice the wait.
const FLIGHT_RETRIES: usize = 8;
/// A handshake that takes longer has failed.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest DTLS datagram we send, well inside any path a browser's packets take.
const DTLS_DATAGRAM_BYTES_MAX: usize = 1200;
/// Records we hold for a handshake out of order, and plaintexts queued towards the peer.
const QUEUED_RECORDS_MAX: usize = 64;

/// A self-signed certificate and what DTLS needs besides. Make one per process and share it.
pub struct Certificate {
    dtls: dimpl::DtlsCertificate,
    config: Arc<dimpl::Config>,
    fingerprint: Fingerprint,
}

/// The certificate could not be made.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no certificate: {0}")]
pub struct CertificateError(String);

impl Certificate {
    /// Makes a fresh key pair and a certificate around it (ECDSA P-256, good for a year). The one
    /// place of this crate where chance and the calendar come from the machine: call it at start.
    pub fn generate() -> Result<Self, CertificateError> {
        Self::new(self_signed()?, None)
    }

    /// The same, with handshakes whose timers and random values follow from the seed: for rooms in virtual time, and for
    /// nothing that a stranger can reach. The key is as random as ever.
    pub fn generate_repeatable(seed: u64) -> Result<Self, CertificateError> {
        Self::new(self_signed()?, Some(seed))
    }

    /// Uses a certificate and a PKCS#8 key kept by the caller, both in DER.
    pub fn from_der(certificate: Vec<u8>, private_key: Vec<u8>) -> Result<Self, CertificateError> {
        Self::new(dimpl::DtlsCertificate { certificate, private_key }, None)
    }

    fn new(dtls: dimpl::DtlsCertificate, seed: Option<u64>) -> Result<Self, CertificateError> {
        // ICE has proved the address, so the cookie would only cost a round trip.
        let mut config = dimpl::Config::builder()
            .use_server_cookie(false)
            .require_client_certificate(true)
            .mtu(DTLS_DATAGRAM_BYTES_MAX)
            .max_queue_tx(QUEUED_RECORDS_MAX)
            .max_queue_rx(QUEUED_RECORDS_MAX)
            .flight_start_rto(FLIGHT_RTO_START)
            .flight_retries(FLIGHT_RETRIES)
            .handshake_timeout(HANDSHAKE_TIMEOUT);
        if let Some(seed) = seed {
            config = config.dangerously_set_rng_seed(seed);
        }
        let config = config.build().map_err(|e| CertificateError(e.to_string()))?;
        let fingerprint = Fingerprint::of(HashFunction::Sha256, &dtls.certificate);
        Ok(Self { dtls, config: Arc::new(config), fingerprint })
    }

    /// What descriptions announce.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    pub(crate) fn dtls(&self) -> dimpl::DtlsCertificate {
        self.dtls.clone()
    }

    pub(crate) fn config(&self) -> Arc<dimpl::Config> {
        Arc::clone(&self.config)
    }
}

fn self_signed() -> Result<dimpl::DtlsCertificate, CertificateError> {
    dimpl::certificate::generate_self_signed_certificate().map_err(|e| CertificateError(e.to_string()))
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.fingerprint)
    }
}
