//! Small rooms in virtual time: people with real keys publish and subscribe through the face of the machine.

mod codecs;
mod congestion;
mod forwarding;
mod lab;
mod layers;
mod reports;
mod sound;
