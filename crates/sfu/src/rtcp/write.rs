//! Writes RTCP packets one after the other into a buffer; one that does not fit leaves no trace.

use super::extended::DELAY_SINCE;
use super::{ReferenceAnswer, ReportBlock, SenderTimes, TransportSummary, kind, transport};
use crate::wire;

/// Report blocks in one packet: the count has five bits.
const BLOCKS_MAX: usize = 31;
const CNAME_BYTES_MAX: usize = 255;

/// Appends packets to a buffer. Every method gives `None` when the packet does not fit.
#[derive(Debug)]
pub struct Writer<'a> {
    inner: wire::Writer<'a>,
}

impl<'a> Writer<'a> {
    /// Into the whole of `buffer`; leave room for [`crate::srtp::OVERHEAD_MAX`] behind it.
    pub fn new(buffer: &'a mut [u8]) -> Self {
        Writer { inner: wire::Writer::new(buffer) }
    }

    /// Bytes written so far.
    pub fn written(&self) -> usize {
        self.inner.written()
    }

    /// SR.
    pub fn sender_report(&mut self, ssrc: u32, times: SenderTimes, packets: u32, octets: u32, blocks: &[ReportBlock]) -> Option<()> {
        let count = block_count(blocks)?;
        self.packet(count, kind::SENDER_REPORT, |writer| {
            writer.u32(ssrc)?;
            writer.u64(times.ntp)?;
            writer.u32(times.timestamp)?;
            writer.u32(packets)?;
            writer.u32(octets)?;
            write_blocks(writer, blocks)
        })
    }

    /// RR.
    pub fn receiver_report(&mut self, ssrc: u32, blocks: &[ReportBlock]) -> Option<()> {
        let count = block_count(blocks)?;
        self.packet(count, kind::RECEIVER_REPORT, |writer| {
            writer.u32(ssrc)?;
            write_blocks(writer, blocks)
        })
    }

    /// SDES with the canonical name of one stream.
    pub fn source_description(&mut self, ssrc: u32, name: &[u8]) -> Option<()> {
        let length = u8::try_from(name.len().min(CNAME_BYTES_MAX)).ok()?;
        self.packet(1, kind::SOURCE_DESCRIPTION, |writer| {
            writer.u32(ssrc)?;
            writer.put(&[1, length])?;
            writer.put(name.get(..usize::from(length))?)?;
            writer.u8(0)
        })
    }

    /// BYE.
    pub fn bye(&mut self, ssrcs: &[u32]) -> Option<()> {
        let count = u8::try_from(ssrcs.len()).ok().filter(|count| usize::from(*count) <= BLOCKS_MAX)?;
        self.packet(count, kind::BYE, |writer| ssrcs.iter().try_for_each(|ssrc| writer.u32(*ssrc)))
    }

    /// XR with the answers to receivers' clocks, at least one.
    pub fn reference_answers(&mut self, sender: u32, answers: &[ReferenceAnswer]) -> Option<()> {
        let words = u16::try_from(answers.len() * 3).ok().filter(|words| *words > 0)?;
        self.packet(0, kind::EXTENDED_REPORT, |writer| {
            writer.u32(sender)?;
            writer.put(&[DELAY_SINCE, 0])?;
            writer.u16(words)?;
            answers.iter().try_for_each(|answer| {
                writer.u32(answer.ssrc)?;
                writer.u32(answer.last_reference)?;
                writer.u32(answer.delay_since)
            })
        })
    }

    /// Generic NACK; the numbers must come in rising order, at least one. As many as fit are written; gives
    /// how many that were.
    pub fn nack(&mut self, sender: u32, media: u32, sequences: impl IntoIterator<Item = u16>) -> Option<usize> {
        let mut sequences = sequences.into_iter().peekable();
        sequences.peek()?;
        let mut count = 0;
        self.packet(kind::NACK, kind::TRANSPORT_FEEDBACK, |writer| {
            writer.u32(sender)?;
            writer.u32(media)?;
            while writer.room() >= 4 {
                let Some(base) = sequences.next() else { break };
                count += 1;
                let mut bits = 0u16;
                while let Some(next) = sequences.peek() {
                    let distance = next.wrapping_sub(base);
                    if distance == 0 || distance > 16 {
                        break;
                    }
                    bits |= 1 << (distance - 1);
                    count += 1;
                    sequences.next();
                }
                writer.u16(base)?;
                writer.u16(bits)?;
            }
            (count > 0).then_some(())
        })?;
        Some(count)
    }

    /// PLI.
    pub fn key_frame_request(&mut self, sender: u32, media: u32) -> Option<()> {
        self.packet(kind::PLI, kind::PAYLOAD_FEEDBACK, |writer| {
            writer.u32(sender)?;
            writer.u32(media)
        })
    }

    /// FIR for one stream.
    pub fn full_intra_request(&mut self, sender: u32, media: u32, number: u8) -> Option<()> {
        self.packet(kind::FIR, kind::PAYLOAD_FEEDBACK, |writer| {
            writer.u32(sender)?;
            writer.u32(0)?;
            writer.u32(media)?;
            writer.put(&[number, 0, 0, 0])
        })
    }

    /// Transport-wide feedback: one entry per status from the base sequence number on, each the arrival after
    /// the one before (the first after the reference time) in 250 µs.
    pub fn transport_feedback(&mut self, summary: &TransportSummary, deltas: &[Option<i16>]) -> Option<()> {
        self.packet(kind::TRANSPORT_WIDE, kind::TRANSPORT_FEEDBACK, |writer| transport::write_body(writer, summary, deltas))
    }

    fn packet(&mut self, format: u8, kind: u8, body: impl FnOnce(&mut wire::Writer<'a>) -> Option<()>) -> Option<()> {
        let start = self.inner.written();
        let done = self.try_packet(start, format, kind, body);
        if done.is_none() {
            self.inner.rewind(start);
        }
        done
    }

    fn try_packet(&mut self, start: usize, format: u8, kind: u8, body: impl FnOnce(&mut wire::Writer<'a>) -> Option<()>) -> Option<()> {
        self.inner.put(&[0x80 | format, kind, 0, 0])?;
        body(&mut self.inner)?;
        let length = self.inner.written() - start;
        let whole = length.next_multiple_of(4);
        self.inner.zeros(whole - length)?;
        let words = u16::try_from(whole / 4 - 1).ok()?;
        self.inner.patch(start + 2, &words.to_be_bytes())
    }
}

fn block_count(blocks: &[ReportBlock]) -> Option<u8> {
    let count = u8::try_from(blocks.len()).ok()?;
    (usize::from(count) <= BLOCKS_MAX).then_some(count)
}

fn write_blocks(writer: &mut wire::Writer<'_>, blocks: &[ReportBlock]) -> Option<()> {
    for block in blocks {
        writer.u32(block.ssrc)?;
        writer.u8(block.fraction_lost)?;
        let lost = block.cumulative_lost.clamp(-0x80_0000, 0x7F_FFFF);
        writer.u24(lost.cast_unsigned() & 0xFF_FFFF)?;
        writer.u32(block.highest_sequence)?;
        writer.u32(block.jitter)?;
        writer.u32(block.last_sender_report)?;
        writer.u32(block.delay_since)?;
    }
    Some(())
}
