//! The program as whoever runs it meets it: started for real on free ports of the loopback, asked over plain HTTP,
//! stopped, killed, and left without space.
//!
//! Nothing here waits for a length of time: a program is up when it says so, and gone when the system says so.

#[path = "server/client.rs"]
mod client;
#[path = "server/disk.rs"]
mod disk;
#[path = "server/end.rs"]
mod end;
#[path = "server/limits.rs"]
mod limits;
#[path = "server/program.rs"]
mod program;
#[path = "server/secrets.rs"]
mod secrets;
#[path = "server/settings.rs"]
mod settings;
#[path = "server/start.rs"]
mod start;
#[path = "server/tls.rs"]
mod tls;
#[path = "server/users.rs"]
mod users;
