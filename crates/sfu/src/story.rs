//! What the tests of this crate share: a beginning of time.

use std::time::Instant;

/// The instant that every story begins at.
#[expect(clippy::disallowed_methods, reason = "an instant cannot be made from nothing; only differences to it matter")]
pub(crate) fn start() -> Instant {
    Instant::now()
}
