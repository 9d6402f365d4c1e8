//! Handshakes that repeat: str0m's own DTLS with the jitter of its timers drawn from a fixed seed. Keys and signatures
//! stay as random as ever, and nothing that runs in real time may use this.

use std::sync::Arc;
use std::time::Instant;

use dimpl::{Config, Dtls};
use str0m::crypto::dtls::{DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, ProtocolVersion};
use str0m::crypto::{CryptoError, CryptoProvider, from_feature_flags};

/// Every client waits by the same dice; what differs between worlds is which datagrams the links lose.
const TIMER_SEED: u64 = 1;

/// What a client of virtual time negotiates with.
pub(super) fn repeatable() -> Arc<CryptoProvider> {
    static DTLS: Repeatable = Repeatable;
    Arc::new(CryptoProvider { dtls_provider: &DTLS, ..from_feature_flags() })
}

#[derive(Debug)]
struct Repeatable;

impl DtlsProvider for Repeatable {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        dimpl::certificate::generate_self_signed_certificate().ok()
    }

    /// DTLS 1.2, whatever is asked for: the server speaks nothing else.
    fn new_dtls(&self, cert: &DtlsCert, now: Instant, _: DtlsVersion, mtu: Option<usize>) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let mut config = Config::builder().use_server_cookie(false).dangerously_set_rng_seed(TIMER_SEED);
        if let Some(mtu) = mtu {
            config = config.mtu(mtu);
        }
        let config = config.build().map_err(|error| CryptoError::Other(error.to_string()))?;
        Ok(Box::new(Handshake(Dtls::new_12(Arc::new(config), cert.clone(), now))))
    }
}

#[derive(Debug)]
struct Handshake(Dtls);

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buffer)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}
