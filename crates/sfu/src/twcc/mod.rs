//! Transport-wide sequence numbers, both ways: a recorder of arrivals that writes feedback, and a history of
//! what was sent that turns feedback into results per packet. Judges nothing; [`crate::bwe`] does.

mod history;
mod recorder;
#[cfg(test)]
mod tests;

pub use history::{HISTORY_PACKETS, History, PacketResult};
pub use recorder::{FEEDBACK_INTERVAL, RECORDED_PACKETS, Recorder};
