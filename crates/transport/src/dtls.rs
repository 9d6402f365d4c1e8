//! DTLS: the handshake, its fingerprint check, and the records of SCTP.
//!
//! Nothing of a handshake is shown before the client's certificate has been compared with what
//! its description announced. DTLS 1.2, because there the server's order of SRTP profiles counts
//! and AES-GCM wins; in 1.3 the library takes the client's first, which is AES-CM.

use std::time::Instant;

use crate::description::Fingerprint;
use crate::identity::Certificate;
use crate::keys::{SrtpKeys, SrtpProfile};
use crate::peer::{DtlsRole, Reason};

/// Room for one datagram or the content of one; grows if the library asks for more.
const BUFFER_BYTES: usize = 2048;
/// More steps than one datagram can cause; the library is broken if it wants more.
const STEPS_MAX: usize = 1024;

/// What a round of DTLS brought.
pub(crate) enum DtlsOutput {
    /// Send this.
    Packet(Vec<u8>),
    /// The handshake is done and the certificate is the announced one.
    Up(SrtpKeys),
    /// One decrypted SCTP packet.
    Data(Vec<u8>),
    /// It is over.
    Ended(Reason),
}

pub(crate) struct Dtls {
    inner: dimpl::Dtls,
    role: DtlsRole,
    fingerprints: Vec<Fingerprint>,
    certificate_matches: Option<bool>,
    keys: Option<SrtpKeys>,
    is_complete: bool,
    is_up: bool,
    has_ended: bool,
    buffer: Vec<u8>,
    wake: Option<Instant>,
}

impl Dtls {
    pub(crate) fn new(certificate: &Certificate, role: DtlsRole, fingerprints: Vec<Fingerprint>, now: Instant) -> Self {
        let mut inner = dimpl::Dtls::new_12(certificate.config(), certificate.dtls(), now);
        inner.set_active(role == DtlsRole::Client);
        Self {
            inner,
            role,
            fingerprints,
            certificate_matches: None,
            keys: None,
            is_complete: false,
            is_up: false,
            has_ended: false,
            buffer: vec![0; BUFFER_BYTES],
            wake: (role == DtlsRole::Client).then_some(now),
        }
    }

    pub(crate) const fn role(&self) -> DtlsRole {
        self.role
    }

    pub(crate) const fn is_up(&self) -> bool {
        self.is_up && !self.has_ended
    }

    pub(crate) const fn poll_timeout(&self) -> Option<Instant> {
        if self.has_ended { None } else { self.wake }
    }

    pub(crate) fn handle(&mut self, datagram: &[u8], now: Instant) -> Vec<DtlsOutput> {
        self.step(|dtls| dtls.handle_timeout(now).and_then(|()| dtls.handle_packet(datagram)))
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Vec<DtlsOutput> {
        self.step(|dtls| dtls.handle_timeout(now))
    }

    /// Protects one SCTP packet. Drained at once: the library's queue is short, and a full one is
    /// the end of the connection.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Vec<DtlsOutput> {
        if !self.is_up() {
            return Vec::new();
        }
        self.step(|dtls| dtls.send_application_data(packet).map(|_| ()))
    }

    pub(crate) fn close(&mut self) -> Vec<DtlsOutput> {
        let mut outputs = self.step(dimpl::Dtls::close);
        outputs.retain(|output| matches!(output, DtlsOutput::Packet(_)));
        self.has_ended = true;
        outputs
    }

    fn step(&mut self, act: impl FnOnce(&mut dimpl::Dtls) -> Result<(), dimpl::Error>) -> Vec<DtlsOutput> {
        if self.has_ended {
            return Vec::new();
        }
        let failed = act(&mut self.inner).is_err();
        let mut outputs = Vec::new();
        self.drain(&mut outputs);
        if failed && !self.has_ended {
            self.end(&mut outputs, Reason::Handshake);
        }
        outputs
    }

    fn drain(&mut self, outputs: &mut Vec<DtlsOutput>) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for _ in 0..STEPS_MAX {
            match self.inner.poll_output(&mut buffer) {
                dimpl::Output::Timeout(at) => {
                    self.wake = Some(at);
                    break;
                }
                dimpl::Output::BufferTooSmall { needed } => buffer.resize(needed, 0),
                dimpl::Output::Packet(packet) => {
                    outputs.push(DtlsOutput::Packet(packet.to_vec()));
                }
                dimpl::Output::PeerCert(der) => {
                    let matches = self.fingerprints.iter().any(|known| known.matches(der));
                    self.certificate_matches = Some(matches);
                }
                dimpl::Output::KeyingMaterial(material, profile) => {
                    self.keys = keys(&material, profile, self.role);
                }
                dimpl::Output::Connected => self.is_complete = true,
                dimpl::Output::ApplicationData(data) if self.is_up => {
                    outputs.push(DtlsOutput::Data(data.to_vec()));
                }
                dimpl::Output::CloseNotify => {
                    self.end(outputs, Reason::ClosedByClient);
                    break;
                }
                _ => {}
            }
            if !self.is_up && !self.check(outputs) {
                break;
            }
        }
        self.buffer = buffer;
    }

    /// Comes up once everything is there. False if the certificate is a stranger's.
    fn check(&mut self, outputs: &mut Vec<DtlsOutput>) -> bool {
        let no_certificate = self.is_complete && self.certificate_matches.is_none();
        if self.certificate_matches == Some(false) || no_certificate {
            self.end(outputs, Reason::Fingerprint);
            return false;
        }
        if self.is_complete
            && let Some(keys) = self.keys.take()
        {
            self.is_up = true;
            outputs.push(DtlsOutput::Up(keys));
        }
        true
    }

    fn end(&mut self, outputs: &mut Vec<DtlsOutput>, reason: Reason) {
        self.has_ended = true;
        self.keys = None;
        outputs.push(DtlsOutput::Ended(reason));
    }
}

fn keys(material: &[u8], profile: dimpl::SrtpProfile, role: DtlsRole) -> Option<SrtpKeys> {
    let profile = match profile {
        dimpl::SrtpProfile::AEAD_AES_128_GCM => SrtpProfile::AeadAes128Gcm,
        dimpl::SrtpProfile::AEAD_AES_256_GCM => SrtpProfile::AeadAes256Gcm,
        dimpl::SrtpProfile::AES128_CM_SHA1_80 => SrtpProfile::AesCm128Sha1_80,
        _ => return None,
    };
    SrtpKeys::cut(profile, material, role == DtlsRole::Client)
}
