//! A room: who is in it and how it wants to be heard. It must not know how media flows.

use crate::face::PeerId;
use crate::setup::RoomSetup;

/// A room, seen from outside only by its id.
pub struct Room {
    pub(crate) setup: RoomSetup,
    pub(crate) peers: Vec<PeerId>,
}

impl Room {
    pub(crate) fn new(setup: RoomSetup) -> Self {
        Room { setup, peers: Vec::new() }
    }
}
