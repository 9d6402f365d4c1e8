//! Why the program cannot do what it was told: one sentence for whoever typed the command.

use std::fmt;

/// A failure that ends the program.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure with these words.
    pub(crate) fn new(words: impl Into<String>) -> Failure {
        Failure(words.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(error.to_string())
    }
}
