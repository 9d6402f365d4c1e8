//! Names become addresses here, and only addresses that may be called leave: the connection is made to the very
//! address that was looked at, whatever the name means a moment later.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::{Networks, is_public};

/// A name or an address that may not be called.
#[derive(Debug, thiserror::Error)]
#[error("the address is not on the open internet, nor in a network that is allowed")]
pub(super) struct Closed;

/// What addresses may be called.
#[derive(Clone, Default)]
pub(super) struct Guard(Arc<Networks>);

impl Guard {
    pub(super) fn new(allowed: Networks) -> Self {
        Self(Arc::new(allowed))
    }

    /// Whether the operator named its network.
    pub(super) fn is_named(&self, address: SocketAddr) -> bool {
        self.0.hold(address.ip())
    }

    /// Whether it may be called.
    pub(super) fn is_open(&self, address: SocketAddr) -> bool {
        is_public(address.ip()) || self.is_named(address)
    }

    /// The addresses of a host that may be called: of a name, or the address that is written there.
    pub(super) async fn look_up(&self, host: &str) -> Result<Vec<SocketAddr>, LookUp> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = match bare.parse() {
            Ok(address) => vec![SocketAddr::new(address, 0)],
            Err(_) => tokio::net::lookup_host((bare, 0)).await.map_err(LookUp::Unknown)?.collect(),
        };
        let open: Vec<SocketAddr> = found.into_iter().filter(|address| self.is_open(*address)).collect();
        if open.is_empty() { Err(LookUp::Closed(Closed)) } else { Ok(open) }
    }
}

/// Why a host gives no address to call.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookUp {
    #[error(transparent)]
    Closed(#[from] Closed),
    #[error("the name is not known: {0}")]
    Unknown(io::Error),
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            match guard.look_up(name.as_str()).await {
                Ok(open) => Ok(Box::new(open.into_iter()) as Addrs),
                Err(LookUp::Closed(closed)) => Err(closed.into()),
                Err(LookUp::Unknown(error)) => Err(error.into()),
            }
        })
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
