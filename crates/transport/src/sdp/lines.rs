//! The line grammar shared by reading and writing, and what can be wrong with a description.

use crate::sdp::{LINE_BYTES_MAX, OFFER_BYTES_MAX};

/// The longest mid, rid, or other word we take over into an answer.
const TOKEN_BYTES_MAX: usize = 256;

/// Why a description was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// Longer than [`OFFER_BYTES_MAX`], or one line longer than [`LINE_BYTES_MAX`].
    #[error("the description is too long")]
    TooLong,
    /// More sections, codecs and so on than the limits of this module.
    #[error("the description has too many {0}")]
    TooMany(&'static str),
    /// A line that cannot be understood and cannot be passed over.
    #[error("line {line} of the description is malformed: {what}")]
    Malformed {
        /// The line, counted from one.
        line: usize,
        /// What was expected there.
        what: &'static str,
    },
    /// Something an answer cannot be written without.
    #[error("the description lacks {0}")]
    Missing(&'static str),
    /// Two sections of one name.
    #[error("two sections have the same mid")]
    DuplicateMid,
}

/// One line: its number, its letter, its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) letter: char,
    pub(super) value: &'a str,
}

impl<'a> Line<'a> {
    pub(super) const fn malformed(&self, what: &'static str) -> SdpError {
        SdpError::Malformed { line: self.number, what }
    }

    /// Name and value of an attribute; the value is empty if there is none.
    pub(super) fn attribute(&self) -> (&'a str, &'a str) {
        self.value.split_once(':').map_or((self.value, ""), |(name, value)| (name, value.trim()))
    }
}

/// The lines of a description, ended by line feed with or without carriage return.
pub(super) fn lines(text: &str) -> Result<impl Iterator<Item = Result<Line<'_>, SdpError>>, SdpError> {
    if text.len() > OFFER_BYTES_MAX {
        return Err(SdpError::TooLong);
    }
    let numbered = text.split('\n').enumerate().map(|(n, line)| (n + 1, line.trim_end()));
    Ok(numbered.filter(|(_, line)| !line.is_empty()).map(|(number, line)| one(number, line)))
}

fn one(number: usize, line: &str) -> Result<Line<'_>, SdpError> {
    if line.len() > LINE_BYTES_MAX {
        return Err(SdpError::TooLong);
    }
    let malformed = SdpError::Malformed { line: number, what: "a letter and an equals sign" };
    let (letter, value) = line.split_once('=').ok_or_else(|| malformed.clone())?;
    let mut letters = letter.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !value.contains('\r') => Ok(Line { number, letter, value }),
        _ => Err(malformed),
    }
}

/// Whether a text can stand as one word on a line: visible, unbroken, not too long.
pub(super) fn is_token(text: &str) -> bool {
    let visible = |c: char| !c.is_whitespace() && !c.is_control();
    !text.is_empty() && text.len() <= TOKEN_BYTES_MAX && text.chars().all(visible)
}

/// Whether a text can stand as the rest of a line.
pub(super) fn is_line(text: &str) -> bool {
    text.len() <= LINE_BYTES_MAX && !text.chars().any(char::is_control)
}
