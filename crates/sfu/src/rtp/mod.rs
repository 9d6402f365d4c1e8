//! RTP (RFC 3550) with header extensions (RFC 8285): a parsed view of offsets, a writer, sequence numbers
//! that do not wrap, a window of what was seen, and retransmission payloads (RFC 4588).
//! Never copies a payload, never allocates, and trusts no byte.

#![deny(clippy::cast_possible_truncation)]

mod header;
mod rtx;
mod sequence;
#[cfg(test)]
mod tests;
mod write;

pub use header::{EXTENSIONS_MAX, Header, Prefix, RtpError, prefix};
pub use rtx::{RTX_OVERHEAD, RtxInner, decapsulate, write_rtx};
pub use sequence::{SeenWindow, SequenceUnwrapper};
pub use write::{Elements, FIXED_HEADER_BYTES, Fields, pad, write_header, write_packet};
