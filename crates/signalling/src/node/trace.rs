//! The stations of a way in, with their times: for whoever wants to know where a join takes long. It watches and never
//! decides.

use std::time::{Duration, Instant};

use super::{MemberKey, Node};

/// Passages that wait to be told; more are forgotten.
const PASSAGES_MAX: usize = 1_024;

/// A station between somebody's join and the first media it receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Station {
    /// Its first offer came.
    Offered,
    /// The offer was answered.
    Answered,
    /// Its first connectivity check came.
    Reached,
    /// The handshake is done and media has keys.
    Secured,
    /// Its first media packet came.
    Heard,
    /// The first media was sent to it.
    Served,
}

/// Somebody passed a station, each at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The room.
    pub room: String,
    /// Who.
    pub identity: String,
    /// Which station.
    pub station: Station,
    /// Since the join.
    pub after: Duration,
}

/// Where somebody has been.
pub(crate) struct Stations {
    entered: Instant,
    passed: u8,
}

impl Stations {
    pub(crate) fn new(now: Instant) -> Stations {
        Stations { entered: now, passed: 0 }
    }

    /// Whether a station lies ahead.
    pub(crate) fn lacks(&self, station: Station) -> bool {
        self.passed & bit(station) == 0
    }
}

fn bit(station: Station) -> u8 {
    1 << (station as u8)
}

impl Node {
    /// The next passage that nobody was told of.
    pub fn poll_passage(&mut self) -> Option<Passage> {
        self.passages.pop_front()
    }

    pub(super) fn pass(&mut self, who: MemberKey, station: Station, now: Instant) {
        let Some(member) = self.members.find_mut(who).filter(|member| member.stations.lacks(station)) else {
            return;
        };
        member.stations.passed |= bit(station);
        if station == Station::Secured {
            self.unserved.insert(member.link.media);
        }
        let (identity, after) = (member.info.identity.clone(), now.saturating_duration_since(member.stations.entered));
        let room = self.rooms.find(member.room).map(|room| room.info.name.clone()).unwrap_or_default();
        if self.passages.len() < PASSAGES_MAX {
            self.passages.push_back(Passage { room, identity, station, after });
        }
    }
}
