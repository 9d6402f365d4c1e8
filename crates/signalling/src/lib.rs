//! LiveKit's wire: tokens, join requests, signal messages and the session machine ([`Node`]) that
//! drives [`transport`] and [`sfu`]. It is a machine: no socket, clock or thread lives here; time
//! and bytes come as arguments. It knows nothing of offices, accounts or meetings.

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

mod chance;
pub mod control;
pub mod join;
mod limits;
mod node;
mod packet;
mod slab;
pub mod token;
mod wire;

pub use limits::{
    ATTRIBUTES_BYTES_MAX, IDENTITY_BYTES_MAX, JOIN_REQUEST_BYTES_MAX, Limits, METADATA_BYTES_MAX, NAME_BYTES_MAX, QUERY_BYTES_MAX,
    ROOM_NAME_BYTES_MAX, SIGNAL_BYTES_MAX,
};
pub use node::{
    ConnectionId, Demux, Frame, IceServer, Incoming, Node, NodeConfig, NodeStats, Outgoing, Passage, Sink, Station, Strain, ufrag_worker,
};
