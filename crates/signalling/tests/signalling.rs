//! Stories of signalling, told at the face of the node: joins, frames, commands and time go in,
//! frames and happenings come out. Media itself is told in `sim`.

#[path = "signalling/desk.rs"]
mod desk;
#[path = "signalling/door.rs"]
mod door;
#[path = "signalling/limits.rs"]
mod limits;
#[path = "signalling/rooms.rs"]
mod rooms;
#[path = "signalling/rubbish.rs"]
mod rubbish;
#[path = "signalling/sections.rs"]
mod sections;
#[path = "signalling/tokens.rs"]
mod tokens;
