//! Session descriptions: offers into plain values, plain plans into answers.
//!
//! [`Offer::parse`] takes what browsers and the native clients write and nothing it cannot bound:
//! unknown attributes are passed over, experiments such as `a=sctp-init` among them. An
//! [`AnswerPlan`] names, section by section, what we agree to; [`AnswerPlan::print`] checks the
//! plan against the offer and writes it down. This module knows no peer, no room and no track.

mod answer;
mod lines;
mod offer;
mod parse;

pub use answer::{AnswerPlan, MediaPlan, PlanError, SectionPlan, SourcePlan};
pub use lines::SdpError;
pub use offer::{
    Codec, Direction, Extension, Kind, Msid, Offer, Rid, Section, Simulcast, SimulcastStream, Source, SourceGroup, TransportLines,
};

/// The largest description we read. The largest meetings need a few hundred sections.
pub const OFFER_BYTES_MAX: usize = 1024 * 1024;
/// The longest line we read.
pub const LINE_BYTES_MAX: usize = 8 * 1024;
/// The most media sections in one description.
pub const SECTIONS_MAX: usize = 1024;
/// The most codecs, extensions, sources and the like in one section.
pub const ITEMS_PER_SECTION_MAX: usize = 128;
