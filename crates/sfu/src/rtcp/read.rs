//! Walks a datagram packet by packet.

use super::{
    Bye, ExtendedReport, FullIntraRequest, KeyFrameRequest, Nack, ReceiverReport, Remb, RtcpError, SdesNames, SenderReport,
    TransportFeedback, kind,
};
use crate::wire::Reader;

/// One packet of a compound.
#[derive(Clone, Debug)]
pub enum Packet<'a> {
    /// SR.
    SenderReport(SenderReport<'a>),
    /// RR.
    ReceiverReport(ReceiverReport<'a>),
    /// SDES: the names only.
    SourceDescription(SdesNames<'a>),
    /// BYE.
    Bye(Bye<'a>),
    /// Generic NACK.
    Nack(Nack<'a>),
    /// PLI.
    KeyFrameRequest(KeyFrameRequest),
    /// FIR.
    FullIntraRequest(FullIntraRequest<'a>),
    /// Transport-wide congestion control feedback.
    Transport(TransportFeedback<'a>),
    /// REMB.
    Remb(Remb<'a>),
    /// XR.
    Extended(ExtendedReport<'a>),
    /// A kind that nobody here needs.
    Other {
        /// Packet type of the header.
        kind: u8,
        /// Count or format of the header.
        format: u8,
    },
}

/// The packets of a clear datagram. Ends after the first error.
#[derive(Clone, Debug)]
pub struct Packets<'a> {
    reader: Reader<'a>,
}

impl<'a> Packets<'a> {
    /// Of the clear bytes of one datagram.
    pub fn new(bytes: &'a [u8]) -> Self {
        Packets { reader: Reader::new(bytes) }
    }

    fn read(&mut self) -> Result<Packet<'a>, RtcpError> {
        let [first, kind, l0, l1] = self.reader.array::<4>().ok_or(RtcpError::Header)?;
        if first >> 6 != 2 {
            return Err(RtcpError::Header);
        }
        let length = usize::from(u16::from_be_bytes([l0, l1])) * 4;
        let mut body = self.reader.take(length).ok_or(RtcpError::Header)?;
        if first & 0x20 != 0 {
            let padding = usize::from(body.last().copied().unwrap_or(0));
            let end = body.len().checked_sub(padding).filter(|_| padding > 0).ok_or(RtcpError::Header)?;
            body = body.get(..end).ok_or(RtcpError::Header)?;
        }
        parse_body(kind, first & 0x1F, body).ok_or(RtcpError::Body)
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Result<Packet<'a>, RtcpError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.is_empty() {
            return None;
        }
        let packet = self.read();
        if packet.is_err() {
            self.reader = Reader::new(&[]);
        }
        Some(packet)
    }
}

fn parse_body(kind: u8, format: u8, body: &[u8]) -> Option<Packet<'_>> {
    Some(match (kind, format) {
        (kind::SENDER_REPORT, count) => Packet::SenderReport(SenderReport::parse(body, usize::from(count))?),
        (kind::RECEIVER_REPORT, count) => Packet::ReceiverReport(ReceiverReport::parse(body, usize::from(count))?),
        (kind::SOURCE_DESCRIPTION, count) => Packet::SourceDescription(SdesNames::new(body, count)),
        (kind::BYE, count) => Packet::Bye(Bye::parse(body, usize::from(count))?),
        (kind::TRANSPORT_FEEDBACK, kind::NACK) => Packet::Nack(Nack::parse(body)?),
        (kind::TRANSPORT_FEEDBACK, kind::TRANSPORT_WIDE) => Packet::Transport(TransportFeedback::parse(body)?),
        (kind::PAYLOAD_FEEDBACK, kind::PLI) => Packet::KeyFrameRequest(KeyFrameRequest::parse(body)?),
        (kind::PAYLOAD_FEEDBACK, kind::FIR) => Packet::FullIntraRequest(FullIntraRequest::parse(body)?),
        (kind::PAYLOAD_FEEDBACK, kind::APPLICATION) => match Remb::parse(body) {
            Some(remb) => Packet::Remb(remb),
            None => Packet::Other { kind, format },
        },
        (kind::EXTENDED_REPORT, _) => Packet::Extended(ExtendedReport::parse(body)?),
        (kind, format) => Packet::Other { kind, format },
    })
}
