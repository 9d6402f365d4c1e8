//! How often programs come. Kept in memory: a program that comes too often is told so at once, and forgotten when it has
//! been away for a while. Pure apart from its lock; the time is given.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::clock::Time;

use crate::chat::ProgramId;

/// Programs remembered before those that have been away are forgotten.
const KNOWN_BEFORE_SWEEP: usize = 10_000;
/// Times remembered of one program.
const TIMES_MAX: usize = 1_000;

/// So many within so long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    pub(super) count: usize,
    pub(super) within: Duration,
}

/// What everybody's pace has been.
#[derive(Debug, Default)]
pub(super) struct Quotas(Mutex<HashMap<ProgramId, Steps>>);

#[derive(Debug, Default)]
struct Steps {
    times: VecDeque<Time>,
    /// Nothing is taken before this.
    paused_until: Option<Time>,
}

impl Quotas {
    /// Counts one visit, unless it is one too many; then it says for how long none is taken. Whoever breaks a quota may be
    /// sent away for a while.
    pub(super) fn step(&self, id: ProgramId, quotas: &[Quota], pause: Option<Duration>, now: Time) -> Result<(), Duration> {
        // The map is whole between any two statements, so a panic elsewhere cannot spoil it.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let longest = quotas.iter().map(|quota| quota.within).max().unwrap_or_default();
        if known.len() >= KNOWN_BEFORE_SWEEP && !known.contains_key(&id) {
            known.retain(|_, steps| steps.paused_until.is_some_and(|until| until > now) || steps.latest() + longest > now);
        }
        let steps = known.entry(id).or_default();
        if let Some(until) = steps.paused_until.filter(|until| *until > now) {
            return Err(until.since(now));
        }
        steps.times.retain(|time| *time + longest > now);
        for quota in quotas {
            let inside = steps.times.iter().filter(|time| **time + quota.within > now);
            if inside.clone().count() < quota.count {
                continue;
            }
            let wait = inside.min().map_or(quota.within, |first| (*first + quota.within).since(now));
            steps.paused_until = pause.map(|pause| now + pause);
            return Err(pause.unwrap_or(wait));
        }
        if steps.times.len() >= TIMES_MAX {
            steps.times.pop_front();
        }
        steps.times.push_back(now);
        Ok(())
    }
}

impl Steps {
    fn latest(&self) -> Time {
        self.times.back().copied().unwrap_or(Time::from_ms(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn robot(number: u8) -> ProgramId {
        format!("00000000-0000-7000-8000-0000000000{number:02}").parse().expect("an id")
    }

    #[test]
    fn each_program_has_its_own_pace() {
        let (visits, second) = (Quotas::default(), Duration::from_secs(1));
        let quotas = [Quota { count: 3, within: second * 60 }, Quota { count: 2, within: second }];
        let now = Time::from_ms(1_795_000_000_000);
        let step = |id, at| visits.step(id, &quotas, None, at);
        assert_eq!([step(robot(1), now), step(robot(1), now)], [Ok(()), Ok(())]);
        assert_eq!(step(robot(1), now), Err(second));
        assert_eq!(step(robot(2), now), Ok(()));
        assert_eq!(step(robot(1), now + second), Ok(()));
        assert_eq!(step(robot(1), now + second * 2), Err(second * 58), "three within a minute");
        assert_eq!(step(robot(1), now + second * 60), Ok(()));
    }

    #[test]
    fn whoever_breaks_it_may_be_sent_away() {
        let (visits, minute) = (Quotas::default(), Duration::from_secs(60));
        let quotas = [Quota { count: 1, within: minute }];
        let now = Time::from_ms(1_795_000_000_000);
        let step = |at| visits.step(robot(1), &quotas, Some(minute * 10), at);
        assert_eq!((step(now), step(now)), (Ok(()), Err(minute * 10)));
        assert_eq!(step(now + minute * 9), Err(minute));
        assert_eq!(step(now + minute * 10), Ok(()));
    }
}
