//! One direction of a network path: loss, delay, jitter, and a bottleneck with a queue. A link decides when a
//! datagram arrives or that it never does; it carries nothing and knows no addresses.

use std::time::{Duration, Instant};

use crate::Chance;

/// What a datagram on a UDP/IPv4/Ethernet path weighs beyond its payload, in bytes.
const OVERHEAD_BYTES: u64 = 42;

/// The nature of one direction of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Lost at random, in datagrams of a million.
    pub loss_per_million: u32,
    /// Time on the way when nothing queues.
    pub delay: Duration,
    /// Added at random, up to this; order is kept.
    pub jitter: Duration,
    /// What the bottleneck passes; 0 is without bound.
    pub rate_bps: u64,
    /// How long a datagram may wait at the bottleneck before the queue drops it.
    pub queue: Duration,
}

impl Profile {
    /// A wired office.
    pub const OFFICE: Profile = Profile::of(0, 5, 1, 100_000, 100);
    /// A flat with wireless.
    pub const HOME: Profile = Profile::of(1_000, 15, 8, 20_000, 200);
    /// A phone on the road.
    pub const MOBILE: Profile = Profile::of(5_000, 45, 25, 4_000, 400);
    /// A path that loses every twentieth datagram.
    pub const LOSSY: Profile = Profile::of(50_000, 25, 10, 20_000, 200);

    const fn of(loss_per_million: u32, delay_ms: u64, jitter_ms: u64, rate_kbps: u64, queue_ms: u64) -> Profile {
        Profile {
            loss_per_million,
            delay: Duration::from_millis(delay_ms),
            jitter: Duration::from_millis(jitter_ms),
            rate_bps: rate_kbps * 1_000,
            queue: Duration::from_millis(queue_ms),
        }
    }

    /// The same with another rate.
    #[must_use]
    pub const fn rate_kbps(self, kbps: u64) -> Profile {
        Profile { rate_bps: kbps * 1_000, ..self }
    }

    /// The same with another loss.
    #[must_use]
    pub const fn loss_percent(self, percent: u32) -> Profile {
        Profile { loss_per_million: percent * 10_000, ..self }
    }
}

/// What becomes of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives then.
    Arrives(Instant),
    /// It is lost on the way.
    Lost,
    /// The bottleneck's queue had no room.
    Dropped,
}

/// One direction of a path.
#[derive(Clone, Debug)]
pub struct Link {
    /// May be changed at any time; what is under way is not affected.
    pub profile: Profile,
    chance: Chance,
    free_at: Option<Instant>,
    last_arrival: Option<Instant>,
}

impl Link {
    /// A quiet path.
    #[must_use]
    pub fn new(profile: Profile, chance: Chance) -> Link {
        Link { profile, chance, free_at: None, last_arrival: None }
    }

    /// Decides the fate of a datagram of so many bytes that is sent now.
    pub fn send(&mut self, bytes: usize, now: Instant) -> Fate {
        let Profile { loss_per_million, delay, jitter, rate_bps, queue } = self.profile;
        // Drawn always, so that one knob does not change what another one's dice show.
        let lost = self.chance.happens(loss_per_million);
        let jitter = Duration::from_micros(self.chance.below(u64::try_from(jitter.as_micros()).unwrap_or(0) + 1));
        let mut leaves = now;
        let bits = (bytes as u64 + OVERHEAD_BYTES) * 8;
        // Without a rate there is no bottleneck.
        if let Some(nanos) = (bits * 1_000_000_000).checked_div(rate_bps) {
            let starts = self.free_at.map_or(now, |free| free.max(now));
            if starts - now > queue {
                return Fate::Dropped;
            }
            leaves = starts + Duration::from_nanos(nanos);
            self.free_at = Some(leaves);
        }
        if lost {
            return Fate::Lost;
        }
        let arrives = leaves + delay + jitter;
        let arrives = self.last_arrival.map_or(arrives, |last| arrives.max(last));
        self.last_arrival = Some(arrives);
        Fate::Arrives(arrives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "virtual time needs an epoch")]
    fn epoch() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_bottleneck_spaces_datagrams_and_drops_what_waits_too_long() {
        let profile = Profile { jitter: Duration::ZERO, ..Profile::OFFICE.rate_kbps(1_000) };
        let mut link = Link::new(profile, Chance::new(1));
        let now = epoch();
        let fates: Vec<Fate> = (0..40).map(|_| link.send(1_208, now)).collect();
        assert_eq!(fates[0], Fate::Arrives(now + Duration::from_millis(15)), "10 ms to send and 5 ms to go");
        assert_eq!(fates[1], Fate::Arrives(now + Duration::from_millis(25)));
        let dropped = fates.iter().filter(|fate| **fate == Fate::Dropped).count();
        assert_eq!(dropped, 29, "100 ms of queue hold ten and the one that just fits");
    }

    #[test]
    fn loss_is_as_often_as_it_says_and_the_same_for_the_same_seed() {
        let count = |seed| {
            let mut link = Link::new(Profile::LOSSY, Chance::new(seed));
            let now = epoch();
            let mut lost = Vec::new();
            for step in 0..10_000_u32 {
                if link.send(100, now + Duration::from_millis(u64::from(step))) == Fate::Lost {
                    lost.push(step);
                }
            }
            lost
        };
        let lost = count(3);
        assert!((400..600).contains(&lost.len()), "{}", lost.len());
        assert_eq!(lost, count(3));
        assert_ne!(lost, count(4));
    }

    #[test]
    fn jitter_never_overtakes() {
        let mut link = Link::new(Profile::MOBILE, Chance::new(2));
        let now = epoch();
        let arrivals: Vec<_> = (0..500_u64).map(|step| link.send(200, now + Duration::from_millis(step))).collect();
        let times: Vec<Instant> = arrivals.iter().filter_map(|fate| if let Fate::Arrives(at) = fate { Some(*at) } else { None }).collect();
        assert!(times.is_sorted());
    }
}
