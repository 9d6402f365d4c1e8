//! Rooms in virtual time with seeded links and independent WebRTC clients.
//!
//! A [`Client`] is a machine: a LiveKit client with one peer connection (str0m in RTP mode and the generated
//! messages), which publishes numbered frames and says exactly what it saw. A [`World`] drives one
//! `signalling::Node` and many clients over seeded [`Link`]s; the load tool drives the same client over sockets.
//! Nothing here opens a socket or knows how the server works inside.

mod chance;
mod client;
mod frame;
mod link;
mod seen;
mod source;
mod world;

pub use chance::Chance;
pub use client::{Client, ClientConfig, Delivered, Sound, ToServer, Told, Traffic};
pub use link::{Fate, Link, Profile};
pub use seen::{AudioSeen, VideoSeen};
pub use source::{Camera, Layer};
pub use transport::{Protocol, Transmit};
pub use world::{Options, Person, World};
