//! RTCP: compound (RFC 3550) and reduced-size (RFC 5506) packets, read without copying and written into the
//! caller's buffer. Reads SR, RR, SDES, BYE, NACK, PLI, FIR, transport-wide feedback, REMB and XR; a kind it does
//! not know is passed over. Every iterator is bounded by the bytes of one datagram and a named limit.
#![deny(clippy::cast_possible_truncation)]

mod extended;
mod feedback;
mod read;
mod report;
#[cfg(test)]
mod tests;
mod transport;
mod write;

use thiserror::Error;

pub use extended::{ExtendedReport, ReferenceAnswer};
pub use feedback::{FirEntries, FullIntraRequest, KeyFrameRequest, Nack, NackSequences, Remb};
pub use read::{Packet, Packets};
pub use report::{Bye, ReceiverReport, ReportBlock, ReportBlocks, SdesNames, SenderReport, SenderTimes};
pub use transport::{TRANSPORT_STATUSES_MAX, TransportFeedback, TransportStatus, TransportStatuses, TransportSummary};
pub use write::Writer;

/// Why a packet within a compound could not be read. What follows it is not read either.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum RtcpError {
    /// Not version 2, or a length that reaches beyond the datagram.
    #[error("a broken RTCP header")]
    Header,
    /// The body is shorter than its kind needs, or contradicts itself.
    #[error("a broken RTCP body")]
    Body,
}

mod kind {
    pub(super) const SENDER_REPORT: u8 = 200;
    pub(super) const RECEIVER_REPORT: u8 = 201;
    pub(super) const SOURCE_DESCRIPTION: u8 = 202;
    pub(super) const BYE: u8 = 203;
    pub(super) const TRANSPORT_FEEDBACK: u8 = 205;
    pub(super) const PAYLOAD_FEEDBACK: u8 = 206;
    pub(super) const EXTENDED_REPORT: u8 = 207;

    pub(super) const NACK: u8 = 1;
    pub(super) const TRANSPORT_WIDE: u8 = 15;

    pub(super) const PLI: u8 = 1;
    pub(super) const FIR: u8 = 4;
    pub(super) const APPLICATION: u8 = 15;
}
