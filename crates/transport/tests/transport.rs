//! Stories about transport, told from outside.

#[path = "transport/lab.rs"]
mod lab;
#[path = "transport/peer.rs"]
mod peer;
#[path = "transport/rubbish.rs"]
mod rubbish;
#[path = "transport/sdp.rs"]
mod sdp;
