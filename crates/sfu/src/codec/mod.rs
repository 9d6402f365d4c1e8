//! What the server has to know of payloads: where key frames begin, which layer a packet is of, and the few
//! numbers in VP8 and RED that must be rewritten. Reads only the parts that stay clear under end-to-end
//! encryption, never decodes, never allocates.
#![deny(clippy::cast_possible_truncation)]

pub mod av1;
mod bits;
pub mod h264;
pub mod red;
#[cfg(test)]
mod tests;
pub mod vp8;
pub mod vp9;

/// The start of a key frame, from which a receiver can begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyFrame {
    /// Width and height, where this packet tells them.
    pub size: Option<(u16, u16)>,
}
