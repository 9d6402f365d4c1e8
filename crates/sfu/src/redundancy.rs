//! What an audio packet repeats of those before it, for a subscriber who takes RED. One packet behind it covers a
//! single loss; more only where the subscriber reports losses, because sound is paid for by everybody. It must
//! never repeat what the subscriber was not to hear.

use crate::codec::red;
use crate::down::{Descriptor, Down};
use crate::pool::{Parsed, Pool};
use crate::setup::{CodecKind, Kind};
use crate::track::Track;

/// Earlier packets that one packet repeats at most.
const EARLIER_MAX: usize = 2;
/// A subscriber who lost this share of a stream gets all of them.
const LOSSY_FROM: f32 = 0.02;
/// A packet with its past stays below what any path carries whole.
const BYTES_MAX: usize = 1_100;

/// Earlier packets with their distances in ticks, the oldest first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Earlier<'a> {
    list: [(u32, &'a [u8]); EARLIER_MAX],
    count: usize,
}

impl<'a> Earlier<'a> {
    /// Of a packet that is about to be sent.
    pub(crate) fn of(down: &Down, track: &Track, pool: &'a Pool, descriptor: &Descriptor, parsed: &Parsed) -> Self {
        let mut earlier = Earlier::default();
        let takes_red = down.kind == Kind::Audio && down.setup.red_payload_type.is_some();
        let Some(layer) = track.layers.get(usize::from(parsed.layer)).filter(|_| takes_red) else {
            return earlier;
        };
        if track.setup.codec.kind != CodecKind::Opus || track.setup.encrypted {
            return earlier;
        }
        let wanted = if down.loss >= LOSSY_FROM { EARLIER_MAX } else { 1 };
        let mut room = BYTES_MAX.saturating_sub(usize::from(parsed.payload.length));
        for back in (1..=wanted as u64).rev() {
            let kept = parsed.index.checked_sub(back).and_then(|index| layer.kept(index));
            let Some((bytes, before)) = kept.and_then(|packet| pool.find(packet)) else { continue };
            let Some(numbers) = down.again(before) else { continue };
            let distance = descriptor.numbers.timestamp.wrapping_sub(numbers.timestamp);
            let content = before.payload.of(bytes);
            if red::is_repeatable(distance, content.len()) && content.len() <= room {
                room -= content.len();
                earlier.push(distance, content);
            }
        }
        earlier
    }

    fn push(&mut self, distance: u32, content: &'a [u8]) {
        if let Some(place) = self.list.get_mut(self.count) {
            *place = (distance, content);
            self.count += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes that the packet grows by.
    pub(crate) fn bytes(&self) -> usize {
        match self.count {
            0 => 0,
            count => red::header_bytes(count) + self.iter().map(|(_, content)| content.len()).sum::<usize>(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &'a [u8])> + Clone + '_ {
        self.list.iter().take(self.count).copied()
    }
}
