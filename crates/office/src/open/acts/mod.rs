//! What is done with programs and by them. Acts of people fetch through their viewer and are written into the audit log.

pub(super) mod incoming;
pub(super) mod robots;
