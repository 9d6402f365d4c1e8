//! What every capability needs and none owns: database, clock, chance, bus, blobs, jobs, mail,
//! calls to other servers, limits, errors, metrics and configuration.
//!
//! The kernel must never know a word of what is built upon it: whoever needs a table, an event or a
//! limit declares it in its own folder and hands it in as a value. It keeps no global state, so two
//! programs with two databases run side by side in one process.

pub mod blobs;
pub mod bus;
pub mod chance;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod id;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod metrics;
pub mod outgoing;

pub use error::{Error, Kind, Refusal, Result};

/// Used by the macros of this crate; not part of its face.
#[doc(hidden)]
pub use linkme;
#[doc(hidden)]
pub use {serde, sqlx, utoipa, uuid};
