//! ICE, DTLS, SCTP and SDP for one peer, as a machine without I/O.
//!
//! A [`Peer`] is fed datagrams and the time and gives back datagrams, events and the moment it
//! wants to be woken. It never opens a socket, reads a clock, or starts a task, and it has never
//! heard of rooms, tracks or RTP payloads: SRTP keys leave it as one event and media passes it by.
//! The caller tells the kinds of datagrams apart with [`classify`] and finds the peer of a first
//! STUN request with [`stun_username_ufrag`]. [`sdp`] reads offers and prints answers; it is plain
//! text work and knows no peer.
//!
//! Everything that arrives here was written by strangers. Nothing in this crate panics on it, and
//! every list, message and queue has a named limit.

#![cfg_attr(
    not(test),
    deny(
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used,
    )
)]

mod dcep;
mod demux;
mod description;
mod dtls;
#[doc(hidden)]
pub mod fuzz;
mod ice;
mod identity;
mod keys;
mod peer;
pub mod rfc4571;
mod sctp;
pub mod sdp;
mod wire;

pub use demux::{Packet, classify, stun_username_ufrag};
pub use description::{Fingerprint, FingerprintError, HashFunction, IceCredentials, LocalCandidate, RemoteDescription, Setup};
pub use identity::{Certificate, CertificateError};
pub use keys::{SrtpKeys, SrtpProfile};
pub use peer::{DtlsRole, Peer, PeerConfig, PeerError, PeerEvent, Reason};
pub use sctp::{ChannelId, ChannelSettings, OpenError, SendError};
pub use wire::{Path, Protocol, Received, Transmit};

/// The largest message we take from a data channel, and what our answers announce.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;
