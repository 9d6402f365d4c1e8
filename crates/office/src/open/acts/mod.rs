//! What is done with programs and by them. Acts of people fetch through their viewer and are written into the audit log.

pub(super) mod answers;
pub(super) mod bots;
pub(super) mod delivering;
pub(super) mod incoming;
pub(super) mod media;
pub(super) mod robots;
pub(super) mod seats;
pub(super) mod speaking;
pub(super) mod talking;
