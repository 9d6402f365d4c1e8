//! Drives the media machines with sockets, threads and timers; [`control`] is its face for the office.
//!
//! [`Media::start`] opens the ports, puts one worker on each core and gives back a handle and the routes of the
//! LiveKit door. Everything that decides lives in `signalling`, `transport` and `sfu`; this crate feeds them datagrams,
//! frames and the time, and carries away what they have to say. It is the only one of them that may read a clock. It
//! knows nothing of offices, members or meetings.

mod addresses;
mod clock;
pub mod control;
mod directory;
mod dispatch;
mod door;
mod mailbox;
mod metrics;
mod outbox;
mod start;
mod tcp;
mod tide;
mod udp;
mod wake;
mod worker;

pub use start::{Media, MediaConfig, StartError};

pub use signalling::Limits;
/// Access tokens, as LiveKit's SDKs mint and verify them.
pub use signalling::token;
