//! What goes in and out of a peer: datagrams with their addresses. It does not look inside them.

use std::fmt;
use std::net::SocketAddr;

/// How a datagram travels. Over TCP it is framed as RFC 4571 says, by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// One UDP datagram.
    Udp,
    /// One frame of a TCP connection that the client opened.
    Tcp,
}

impl Protocol {
    /// The word of candidate lines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One datagram as it came in.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Our address it came to. If it is not one of the peer's candidates (a socket bound to every
    /// address, a NAT in front of us), the first candidate of the same protocol stands for it.
    pub destination: SocketAddr,
    /// How it travelled.
    pub protocol: Protocol,
    /// The datagram.
    pub bytes: &'a [u8],
}

/// One datagram to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Our address to send it from.
    pub source: SocketAddr,
    /// Where it goes.
    pub destination: SocketAddr,
    /// How it travels.
    pub protocol: Protocol,
    /// The datagram.
    pub bytes: Vec<u8>,
}

/// The pair of addresses a peer is reached over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Path {
    /// Our address.
    pub local: SocketAddr,
    /// The peer's address.
    pub remote: SocketAddr,
    /// How datagrams travel.
    pub protocol: Protocol,
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, destination, protocol, bytes } = self;
        write!(f, "{protocol} {source} -> {destination}, {} bytes", bytes.len())
    }
}

impl fmt::Debug for Transmit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, destination, protocol, bytes } = self;
        write!(f, "{protocol} {source} -> {destination}, {} bytes", bytes.len())
    }
}
