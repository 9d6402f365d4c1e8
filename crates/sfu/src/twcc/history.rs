//! The sending side: what was sent when, until feedback tells what became of it.

use std::time::{Duration, Instant};

use crate::rtcp::TransportFeedback;
use crate::rtp::SequenceUnwrapper;

/// Packets remembered; feedback on older ones is ignored.
pub const HISTORY_PACKETS: usize = 8_192;

const TICK: i64 = 250;
const REFERENCE_US: i64 = 64_000;
const REFERENCE_CYCLE: i64 = 1 << 24;
const NO_PROBE: u16 = u16::MAX;

/// What became of a packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PacketResult {
    /// Transport-wide number, unwrapped.
    pub number: u64,
    /// When it was sent, since the history began.
    pub sent: Duration,
    /// When it arrived on the receiver's clock, whose zero means nothing; `None` when it is missing. A packet
    /// reported missing may be reported again, as arrived.
    pub arrived: Option<Duration>,
    /// Bytes on the wire.
    pub bytes: u16,
    /// The probe cluster it was part of.
    pub probe: Option<u16>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Fate {
    #[default]
    Unknown,
    Missing,
    Arrived,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    number: u64,
    sent_us: u64,
    bytes: u16,
    probe: u16,
    fate: Fate,
}

/// What was sent to one peer.
#[derive(Clone, Debug)]
pub struct History {
    /// Packet `n` at `n % HISTORY_PACKETS`.
    ring: Box<[Sent]>,
    epoch: Instant,
    next: u64,
    unwrapper: SequenceUnwrapper,
    /// Reference time of the newest feedback, unwrapped, in units of 64 ms.
    reference: Option<i64>,
}

impl History {
    /// Begins at `now`; its memory is taken now and never grows.
    pub fn new(now: Instant) -> Self {
        let mut unwrapper = SequenceUnwrapper::default();
        let next = unwrapper.unwrap(1);
        History { ring: vec![Sent::default(); HISTORY_PACKETS].into_boxed_slice(), epoch: now, next, unwrapper, reference: None }
    }

    /// Remembers a packet that is sent now and gives the number to write into its header.
    pub fn send(&mut self, bytes: u16, probe: Option<u16>, now: Instant) -> u16 {
        let number = self.next;
        self.next += 1;
        let sent_us = u64::try_from(now.saturating_duration_since(self.epoch).as_micros()).unwrap_or(u64::MAX);
        if let Some(slot) = self.slot(number) {
            *slot = Sent { number, sent_us, bytes, probe: probe.unwrap_or(NO_PROBE), fate: Fate::Unknown };
        }
        let sequence = crate::low16(number);
        self.unwrapper.unwrap(sequence);
        sequence
    }

    /// Time since the history began, the clock of [`PacketResult::sent`].
    pub fn elapsed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.epoch)
    }

    /// Tells what a feedback says that was not known, in order of number.
    pub fn apply(&mut self, feedback: &TransportFeedback<'_>, mut tell: impl FnMut(PacketResult)) {
        let base = self.unwrapper.peek(feedback.summary.base_sequence);
        let reference = self.unwrap_reference(feedback.summary.reference_time);
        let mut arrived_us = reference.saturating_mul(REFERENCE_US);
        for (number, status) in (base..).zip(feedback.statuses()) {
            if let Some(ticks) = status.delta_ticks {
                arrived_us = arrived_us.saturating_add(i64::from(ticks) * TICK);
            }
            if number >= self.next {
                return;
            }
            let fate = if status.delta_ticks.is_some() { Fate::Arrived } else { Fate::Missing };
            let Some(slot) = self.slot(number).filter(|slot| slot.number == number) else { continue };
            if slot.fate == Fate::Arrived || slot.fate == fate {
                continue;
            }
            slot.fate = fate;
            let arrived = (fate == Fate::Arrived).then(|| Duration::from_micros(u64::try_from(arrived_us).unwrap_or(0)));
            tell(PacketResult {
                number,
                sent: Duration::from_micros(slot.sent_us),
                arrived,
                bytes: slot.bytes,
                probe: Some(slot.probe).filter(|probe| *probe != NO_PROBE),
            });
        }
    }

    fn slot(&mut self, number: u64) -> Option<&mut Sent> {
        let at = usize::try_from(number % self.ring.len() as u64).ok()?;
        self.ring.get_mut(at)
    }

    /// Starts one cycle up, so that an early feedback that overtakes another stays above zero.
    fn unwrap_reference(&mut self, wire: u32) -> i64 {
        let wire = i64::from(wire);
        let extended = match self.reference {
            None => REFERENCE_CYCLE + wire,
            Some(newest) => {
                let distance = (wire - newest).rem_euclid(REFERENCE_CYCLE);
                let forward = if distance < REFERENCE_CYCLE / 2 { distance } else { distance - REFERENCE_CYCLE };
                newest + forward
            }
        };
        self.reference = Some(self.reference.map_or(extended, |newest| newest.max(extended)));
        extended
    }
}
