//! The clock, read in the shell only: every machine gets the time as an argument.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Time that never jumps, for timers and media.
#[expect(clippy::disallowed_methods, reason = "the shell of the media machines is where their time comes from")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Milliseconds since 1970, UTC, for what the wire shows.
#[expect(clippy::disallowed_methods, reason = "the shell of the media machines is where their time comes from")]
pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
