//! The office in a box: temporary database, fake clock, fake chance, fake people, captured mail.
//!
//! A story opens an [`Office`], sends its people about, moves the clock and looks at the answers.
//! The router is called directly and sockets run over memory; other people's servers are a [`Peer`] on
//! the loopback. Nothing here touches a network beyond it or waits for real time. It must know the
//! wire only: requests are written as JSON on purpose.

mod answer;
mod browser;
mod complaints;
mod media;
mod office;
mod peer;
mod people;
mod walk;

pub use answer::Answer;
pub use browser::{Browser, Pushed};
pub use media::FakeMedia;
pub use office::{Office, PASSWORD};
pub use peer::{Peer, Received};
pub use people::{Person, Socket};
pub use walk::{Door, Walk};

/// So many seconds.
pub const fn seconds(count: u64) -> std::time::Duration {
    std::time::Duration::from_secs(count)
}

/// So many minutes.
pub const fn minutes(count: u64) -> std::time::Duration {
    seconds(count * 60)
}

/// So many hours.
pub const fn hours(count: u64) -> std::time::Duration {
    minutes(count * 60)
}

/// So many days.
pub const fn days(count: u64) -> std::time::Duration {
    hours(count * 24)
}

/// A short name for a text, always the same; for ids that clients draw.
pub fn digest(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
