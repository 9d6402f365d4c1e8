//! The receiving side: when did which packet arrive.

use std::time::{Duration, Instant};

use crate::rtcp::{TransportSummary, Writer};
use crate::rtp::SequenceUnwrapper;

/// How often feedback is written while packets arrive.
pub const FEEDBACK_INTERVAL: Duration = Duration::from_millis(60);
/// Arrivals remembered; a packet later than that is not reported.
pub const RECORDED_PACKETS: usize = 2_048;

/// Statuses per feedback, so that one always fits a datagram: at worst three bytes each.
const STATUSES_PER_FEEDBACK: usize = 350;
const TICK_US: u64 = 250;
/// Ticks in one unit of the reference time.
const REFERENCE_TICKS: u64 = 256;

/// Arrivals of one peer's packets.
#[derive(Clone, Debug)]
pub struct Recorder {
    /// Arrival of packet `n` at `n % RECORDED_PACKETS`, in ticks; zero when it has not arrived.
    arrivals: Box<[u64]>,
    epoch: Option<Instant>,
    unwrapper: SequenceUnwrapper,
    /// The first number of the next feedback.
    begin: u64,
    /// One past the newest number.
    end: u64,
    due: Option<Instant>,
    feedback_count: u8,
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder {
            arrivals: vec![0; RECORDED_PACKETS].into_boxed_slice(),
            epoch: None,
            unwrapper: SequenceUnwrapper::default(),
            begin: 0,
            end: 0,
            due: None,
            feedback_count: 0,
        }
    }
}

impl Recorder {
    /// An empty recorder; its memory is taken now and never grows.
    pub fn new() -> Self {
        Recorder::default()
    }

    /// Remembers an arrival. Repeats keep their first time.
    pub fn record(&mut self, sequence: u16, now: Instant) {
        let epoch = *self.epoch.get_or_insert(now);
        let ticks = REFERENCE_TICKS + ticks_between(epoch, now);
        let number = self.unwrapper.unwrap(sequence);
        if self.end == 0 {
            (self.begin, self.end) = (number, number);
        }
        if number + self.span() < self.end {
            return;
        }
        if number >= self.end {
            self.open_until(number + 1);
        }
        self.begin = self.begin.min(number);
        if let Some(arrival) = self.slot(number).filter(|arrival| **arrival == 0) {
            *arrival = ticks;
        }
        self.due.get_or_insert(now + FEEDBACK_INTERVAL);
    }

    /// When feedback is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    /// Whether feedback is due: then call [`Self::write`] until it writes nothing.
    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// Writes one feedback packet and says whether there was something to write and room for it. Without room
    /// the rest stays due.
    pub fn write(&mut self, sender: u32, media: u32, writer: &mut Writer<'_>) -> bool {
        let Some(first) = (self.begin..self.end).find_map(|number| self.arrival(number)) else {
            self.begin = self.end;
            self.due = None;
            return false;
        };
        let reference = first / REFERENCE_TICKS;
        let mut deltas = [None; STATUSES_PER_FEEDBACK];
        let mut count = 0;
        let mut before = reference * REFERENCE_TICKS;
        for (delta, number) in deltas.iter_mut().zip(self.begin..self.end) {
            if let Some(arrival) = self.arrival(number) {
                let Some(ticks) = signed_distance(before, arrival) else { break };
                *delta = Some(ticks);
                before = arrival;
            }
            count += 1;
        }
        let summary = TransportSummary {
            sender,
            media,
            base_sequence: crate::low16(self.begin),
            reference_time: crate::low32(reference) & 0xFF_FFFF,
            feedback_count: self.feedback_count,
        };
        let Some(deltas) = deltas.get(..count) else { return false };
        if writer.transport_feedback(&summary, deltas).is_none() {
            return false;
        }
        self.feedback_count = self.feedback_count.wrapping_add(1);
        self.begin += count as u64;
        if self.begin >= self.end {
            self.due = None;
        }
        true
    }

    fn span(&self) -> u64 {
        self.arrivals.len() as u64
    }

    /// Makes room for numbers below `end`, forgetting what they displace.
    fn open_until(&mut self, end: u64) {
        let span = self.span();
        for number in self.end.max(end.saturating_sub(span))..end {
            if let Some(arrival) = self.slot(number) {
                *arrival = 0;
            }
        }
        self.end = end;
        self.begin = self.begin.max(end.saturating_sub(span));
    }

    fn slot(&mut self, number: u64) -> Option<&mut u64> {
        let at = usize::try_from(number % self.span()).ok()?;
        self.arrivals.get_mut(at)
    }

    fn arrival(&self, number: u64) -> Option<u64> {
        let at = usize::try_from(number % self.span()).ok()?;
        self.arrivals.get(at).copied().filter(|ticks| *ticks != 0)
    }
}

fn ticks_between(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX / 2) / TICK_US
}

fn signed_distance(from: u64, to: u64) -> Option<i16> {
    let distance = to.checked_signed_diff(from)?;
    i16::try_from(distance).ok()
}
