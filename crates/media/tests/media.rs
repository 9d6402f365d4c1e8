//! Stories of the whole media server on loopback: real sockets, real threads, and clients of another make. What takes
//! time is waited for by looking at what the clients see; nothing sleeps.

#[path = "media/door.rs"]
mod door;
#[path = "media/rubbish.rs"]
mod rubbish;
#[path = "media/seat.rs"]
mod seat;
#[path = "media/stage.rs"]
mod stage;
#[path = "media/ways.rs"]
mod ways;
