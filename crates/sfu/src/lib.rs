//! Rooms, tracks and forwarding: the media machine. No sockets, no clock, no words of any signalling protocol.
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

mod allocate;
mod budget;
pub mod bwe;
mod care;
mod chance;
pub mod codec;
mod down;
mod dynacast;
mod egress;
mod event;
mod face;
mod feedback;
mod forward;
mod ingress;
mod key_frame;
mod measure;
pub mod nack;
pub mod pacer;
mod peer;
mod pool;
mod quality;
mod redundancy;
mod rewrite;
mod room;
pub mod rtcp;
pub mod rtp;
mod setup;
mod slab;
mod speakers;
pub mod srtp;
mod ssrcs;
mod stats;
#[cfg(test)]
mod story;
mod track;
pub mod twcc;
mod wire;

pub use event::{ConnectionQuality, SfuEvent, SpeakerChange};
pub use face::{DownId, LAYERS_MAX, PeerId, RoomId, Sfu, SfuError, Sink, TrackId};
pub use setup::{
    CodecKind, CodecSetup, DownSettings, DownSetup, ExtensionIds, Kind, LayerSetup, Limits, Mid, PeerSetup, Rid, RoomSetup, SfuConfig,
    ShortName, Source, SrtpKeys, SrtpProfile, TrackSetup,
};
pub use stats::{DownStats, DropReason, Drops, LayerStats, PeerStats, SfuStats, TrackStats};
pub use wire::{low16, low32};
