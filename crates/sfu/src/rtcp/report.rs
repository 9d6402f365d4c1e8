//! Sender and receiver reports, source descriptions, goodbyes.

use crate::wire::Reader;

const REPORT_BLOCK_BYTES: usize = 24;
const SDES_CNAME: u8 = 1;

/// The clock part of a sender report.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SenderTimes {
    /// NTP time, 32.32 fixed point.
    pub ntp: u64,
    /// The same instant on the stream's media clock.
    pub timestamp: u32,
}

/// A sender report.
#[derive(Clone, Copy, Debug)]
pub struct SenderReport<'a> {
    /// The stream reported on.
    pub ssrc: u32,
    /// Its clock.
    pub times: SenderTimes,
    /// Packets sent so far.
    pub packets: u32,
    /// Payload bytes sent so far.
    pub octets: u32,
    /// What its sender says of what it receives.
    pub blocks: ReportBlocks<'a>,
}

impl<'a> SenderReport<'a> {
    pub(super) fn parse(body: &'a [u8], count: usize) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(SenderReport {
            ssrc: reader.u32()?,
            times: SenderTimes { ntp: reader.u64()?, timestamp: reader.u32()? },
            packets: reader.u32()?,
            octets: reader.u32()?,
            blocks: ReportBlocks::parse(reader, count)?,
        })
    }
}

/// A receiver report.
#[derive(Clone, Copy, Debug)]
pub struct ReceiverReport<'a> {
    /// Who reports.
    pub ssrc: u32,
    /// What it says of what it receives.
    pub blocks: ReportBlocks<'a>,
}

impl<'a> ReceiverReport<'a> {
    pub(super) fn parse(body: &'a [u8], count: usize) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(ReceiverReport { ssrc: reader.u32()?, blocks: ReportBlocks::parse(reader, count)? })
    }
}

/// What a receiver says of one stream.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReportBlock {
    /// The stream.
    pub ssrc: u32,
    /// Loss since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Packets lost so far; 24 bits on the wire, negative when repeats arrived.
    pub cumulative_lost: i32,
    /// Highest sequence number with its cycles.
    pub highest_sequence: u32,
    /// Interarrival jitter in media clock ticks.
    pub jitter: u32,
    /// Middle 32 bits of the NTP time of the last sender report, zero if there was none.
    pub last_sender_report: u32,
    /// Time since then in 1/65536 s.
    pub delay_since: u32,
}

/// The report blocks of one packet.
#[derive(Clone, Copy, Debug)]
pub struct ReportBlocks<'a> {
    reader: Reader<'a>,
}

impl<'a> ReportBlocks<'a> {
    fn parse(mut reader: Reader<'a>, count: usize) -> Option<Self> {
        let blocks = reader.take(count * REPORT_BLOCK_BYTES)?;
        Some(ReportBlocks { reader: Reader::new(blocks) })
    }
}

impl Iterator for ReportBlocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let ssrc = self.reader.u32()?;
        let fraction_lost = self.reader.u8()?;
        let lost = self.reader.u24()?;
        Some(ReportBlock {
            ssrc,
            fraction_lost,
            cumulative_lost: (lost << 8).cast_signed() >> 8,
            highest_sequence: self.reader.u32()?,
            jitter: self.reader.u32()?,
            last_sender_report: self.reader.u32()?,
            delay_since: self.reader.u32()?,
        })
    }
}

/// The canonical names of a source description: SSRC and name.
#[derive(Clone, Copy, Debug)]
pub struct SdesNames<'a> {
    reader: Reader<'a>,
    chunks: u8,
}

impl<'a> SdesNames<'a> {
    pub(super) fn new(body: &'a [u8], chunks: u8) -> Self {
        SdesNames { reader: Reader::new(body), chunks }
    }
}

impl<'a> Iterator for SdesNames<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while self.chunks > 0 {
            self.chunks -= 1;
            let before = self.reader.rest().len();
            let ssrc = self.reader.u32()?;
            let mut name = None;
            loop {
                let item = self.reader.u8()?;
                if item == 0 {
                    break;
                }
                let length = self.reader.u8()?;
                let value = self.reader.take(usize::from(length))?;
                if item == SDES_CNAME {
                    name = Some(value);
                }
            }
            let used = before - self.reader.rest().len();
            self.reader.take(used.next_multiple_of(4) - used)?;
            if let Some(name) = name {
                return Some((ssrc, name));
            }
        }
        None
    }
}

/// A goodbye: the streams that ended.
#[derive(Clone, Copy, Debug)]
pub struct Bye<'a> {
    reader: Reader<'a>,
}

impl<'a> Bye<'a> {
    pub(super) fn parse(body: &'a [u8], count: usize) -> Option<Self> {
        let ssrcs = Reader::new(body).take(count * 4)?;
        Some(Bye { reader: Reader::new(ssrcs) })
    }
}

impl Iterator for Bye<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.reader.u32()
    }
}
