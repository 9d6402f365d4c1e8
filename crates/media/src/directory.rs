//! Which worker runs which room, and how busy each worker is.
//!
//! It is the only thing the workers share, it is asked once per join or command and never per packet, and it holds
//! names and numbers only.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A worker's share of time, in thousandths, from which on it takes no more joins.
pub(crate) const BUSY_PERMILLE_MAX: u32 = 900;

/// A worker's place in the list of workers.
pub(crate) type WorkerIndex = usize;

/// The rooms and their workers.
#[derive(Debug)]
pub(crate) struct Directory {
    rooms: Mutex<HashMap<String, WorkerIndex>>,
    loads: Vec<Load>,
}

/// How busy one worker is.
#[derive(Debug, Default)]
struct Load {
    busy_permille: AtomicU32,
    participants: AtomicU32,
}

impl Directory {
    pub(crate) fn new(workers: usize) -> Directory {
        assert!(workers > 0, "a media server has at least one worker");
        Directory { rooms: Mutex::default(), loads: (0..workers).map(|_| Load::default()).collect() }
    }

    /// The worker of a room that runs.
    pub(crate) fn find(&self, room: &str) -> Option<WorkerIndex> {
        self.with(|rooms| rooms.get(room).copied())
    }

    /// The worker of a room, or the least busy one for a room that does not run yet.
    pub(crate) fn find_or_choose(&self, room: &str) -> WorkerIndex {
        self.find(room).unwrap_or_else(|| self.least_busy())
    }

    /// A worker is about to run a room; false when another one does so already.
    pub(crate) fn claim(&self, room: &str, worker: WorkerIndex) -> bool {
        self.with(|rooms| *rooms.entry(room.to_owned()).or_insert(worker) == worker)
    }

    /// A worker's room is over.
    pub(crate) fn release(&self, room: &str, worker: WorkerIndex) {
        self.with(|rooms| {
            if rooms.get(room) == Some(&worker) {
                rooms.remove(room);
            }
        });
    }

    /// A worker tells how busy it is.
    pub(crate) fn report(&self, worker: WorkerIndex, busy_permille: u32, participants: u32) {
        let load = &self.loads[worker];
        load.busy_permille.store(busy_permille, Ordering::Relaxed);
        load.participants.store(participants, Ordering::Relaxed);
    }

    /// Whether a worker has room for one more participant.
    pub(crate) fn has_room(&self, worker: WorkerIndex) -> bool {
        self.loads[worker].busy_permille.load(Ordering::Relaxed) < BUSY_PERMILLE_MAX
    }

    fn least_busy(&self) -> WorkerIndex {
        let running = self.with(|rooms| {
            let mut running = vec![0_u32; self.loads.len()];
            for worker in rooms.values() {
                running[*worker] += 1;
            }
            running
        });
        let weight = |worker: &WorkerIndex| {
            let load = &self.loads[*worker];
            // Below a tenth of the time the measure is mostly noise; people and rooms tell more.
            let busy_percent_tens = load.busy_permille.load(Ordering::Relaxed) / 100;
            (busy_percent_tens, load.participants.load(Ordering::Relaxed), running[*worker])
        };
        (0..self.loads.len()).min_by_key(weight).unwrap_or(0)
    }

    fn with<R>(&self, work: impl FnOnce(&mut HashMap<String, WorkerIndex>) -> R) -> R {
        // A panic cannot leave the map half changed: every change is one call.
        work(&mut self.rooms.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_rooms_go_where_there_is_least_to_do() {
        let directory = Directory::new(2);
        assert!(directory.claim("a", directory.find_or_choose("a")));
        assert_eq!(directory.find_or_choose("b"), 1);
        directory.report(1, 500, 0);
        assert_eq!(directory.find_or_choose("c"), 0);
        assert_eq!(directory.find_or_choose("a"), 0);
    }

    #[test]
    fn a_room_has_one_worker_until_it_is_over() {
        let directory = Directory::new(2);
        assert!(directory.claim("a", 1));
        assert!(!directory.claim("a", 0));
        directory.release("a", 0);
        assert_eq!(directory.find("a"), Some(1));
        directory.release("a", 1);
        assert_eq!(directory.find("a"), None);
    }

    #[test]
    fn a_worker_that_is_full_says_so() {
        let directory = Directory::new(1);
        directory.report(0, BUSY_PERMILLE_MAX, 3);
        assert!(!directory.has_room(0));
    }
}
