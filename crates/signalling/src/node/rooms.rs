//! The rooms of a node, with an index of when each is due. Whoever takes a room to change it leaves a note, so that
//! the index follows by itself and an idle room costs nothing.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use super::RoomKey;
use super::state::RoomState;
use crate::slab::Slab;

/// The rooms.
pub(super) struct Rooms {
    all: Slab<RoomState>,
    wakes: BTreeSet<(Instant, RoomKey)>,
    /// What each room has in `wakes`.
    indexed: HashMap<RoomKey, Instant>,
    /// Rooms that may have changed since they were indexed.
    touched: Vec<RoomKey>,
    /// Long ago.
    began: Instant,
}

impl Rooms {
    pub(super) fn new(rooms_max: usize, now: Instant) -> Rooms {
        Rooms { all: Slab::new(rooms_max), wakes: BTreeSet::new(), indexed: HashMap::new(), touched: Vec::new(), began: now }
    }

    pub(super) fn insert(&mut self, state: RoomState) -> Option<RoomKey> {
        let room = self.all.insert(state)?;
        self.touch(room);
        Some(room)
    }

    pub(super) fn remove(&mut self, room: RoomKey) -> Option<RoomState> {
        self.touch(room);
        self.all.remove(room)
    }

    pub(super) fn find(&self, room: RoomKey) -> Option<&RoomState> {
        self.all.find(room)
    }

    pub(super) fn find_mut(&mut self, room: RoomKey) -> Option<&mut RoomState> {
        self.touch(room);
        self.all.find_mut(room)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = RoomKey> {
        self.all.keys()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &RoomState> {
        self.all.values()
    }

    /// Rooms that are due.
    pub(super) fn due(&mut self, now: Instant) -> Vec<RoomKey> {
        self.reindex();
        self.wakes.iter().take_while(|(at, _)| *at <= now).map(|(_, room)| *room).collect()
    }

    /// When the next room is due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let touched = self.touched.iter().filter_map(|room| self.due_of(*room));
        touched.chain(self.wakes.first().map(|(at, _)| *at)).min()
    }

    /// Brings the index up to date.
    pub(super) fn reindex(&mut self) {
        while let Some(room) = self.touched.pop() {
            let due = self.due_of(room);
            if due == self.indexed.get(&room).copied() {
                continue;
            }
            let before = match due {
                Some(due) => self.indexed.insert(room, due),
                None => self.indexed.remove(&room),
            };
            if let Some(before) = before {
                self.wakes.remove(&(before, room));
            }
            self.wakes.extend(due.map(|due| (due, room)));
        }
    }

    fn due_of(&self, room: RoomKey) -> Option<Instant> {
        let state = self.all.find(room)?;
        [state.ends_at, state.counts_due, state.changes_due(self.began)].into_iter().flatten().min()
    }

    fn touch(&mut self, room: RoomKey) {
        if self.touched.last() != Some(&room) {
            self.touched.push(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::time::Duration;

    use super::*;
    use crate::control::Room;

    #[expect(clippy::disallowed_methods, reason = "the virtual clock of a test has to start somewhere")]
    fn start() -> Instant {
        Instant::now()
    }

    fn room(media: sfu::RoomId, ends_at: Option<Instant>) -> RoomState {
        RoomState {
            info: Room::default(),
            sync_streams: false,
            media,
            members: Vec::new(),
            ends_at,
            counts_due: None,
            changed: Vec::new(),
            changes_told: None,
            departed: VecDeque::new(),
            trailer: Vec::new(),
            nonces: VecDeque::new(),
            replay: VecDeque::new(),
        }
    }

    #[test]
    fn only_rooms_that_are_due_are_woken_and_changes_are_noticed() {
        let now = start();
        let later = |seconds| now + Duration::from_secs(seconds);
        let media = sfu::Sfu::new(sfu::SfuConfig::default()).add_room(sfu::RoomSetup::default()).expect("a room");
        let mut rooms = Rooms::new(10, now);
        let idle = rooms.insert(room(media, None)).expect("room");
        let first = rooms.insert(room(media, Some(later(5)))).expect("room");
        let second = rooms.insert(room(media, Some(later(9)))).expect("room");
        assert_eq!(rooms.poll_timeout(), Some(later(5)), "before the index is brought up to date");
        assert_eq!(rooms.due(later(4)), []);
        assert_eq!(rooms.due(later(5)), [first]);
        rooms.find_mut(first).expect("there").ends_at = None;
        rooms.find_mut(second).expect("there").counts_due = Some(later(7));
        rooms.reindex();
        assert_eq!(rooms.poll_timeout(), Some(later(7)));
        assert_eq!(rooms.due(later(7)), [second]);
        rooms.remove(second);
        assert_eq!((rooms.due(later(99)), rooms.poll_timeout()), (vec![], None));
        rooms.find_mut(idle).expect("there").ends_at = Some(later(3));
        assert_eq!(rooms.due(later(3)), [idle]);
        assert_eq!((rooms.wakes.len(), rooms.indexed.len(), rooms.touched.len()), (1, 1, 0));
    }
}
