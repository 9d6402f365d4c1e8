//! The answer: a plan for each section, checked against the offer and printed.

use std::collections::HashSet;
use std::fmt;

use crate::MESSAGE_BYTES_MAX;
use crate::description::{CandidateLine, Fingerprint, IceCredentials, LocalCandidate, Setup};
use crate::sdp::lines::{is_line, is_token};
use crate::sdp::offer::{Codec, Direction, Extension, Kind, Msid, Offer, Section, SimulcastStream};

/// A source we send in a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlan {
    /// The media source.
    pub ssrc: u32,
    /// Its retransmissions, if the codec has them.
    pub rtx_ssrc: Option<u32>,
    /// Its canonical name; equal names share a clock.
    pub cname: String,
}

/// What we agree to in an audio or video section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaPlan {
    /// Which way media flows, seen from us.
    pub direction: Direction,
    /// Codecs in our order, taken from the offer's section and possibly edited (`fmtp`, feedback,
    /// `rtx_pt`). Payload types must be the offered ones.
    pub codecs: Vec<Codec>,
    /// Extensions, with the offered numbers.
    pub extensions: Vec<Extension>,
    /// What we send is called so. Only printed where we send.
    pub msid: Option<Msid>,
    /// The sources we send. Only printed where we send.
    pub sources: Vec<SourcePlan>,
    /// The simulcast streams we take, in the offered order; empty for none.
    pub simulcast_recv: Vec<SimulcastStream>,
}

/// What we answer to one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionPlan {
    /// Port 0: the section is refused, or the client stopped it.
    Reject,
    /// Data channels.
    Application {
        /// The SCTP port; the peer uses the offer's on both sides.
        sctp_port: u16,
    },
    /// Audio or video. A free slot is a plan with [`Direction::Inactive`].
    Media(MediaPlan),
}

/// An answer before it is printed. `sections` follows the offer's order, one for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPlan {
    /// The session's number, the same in every answer of a connection.
    pub session_id: u64,
    /// Counts up with every answer.
    pub session_version: u64,
    /// What we answer connectivity checks with.
    pub credentials: IceCredentials,
    /// We are ICE-lite.
    pub ice_lite: bool,
    /// What our certificate matches.
    pub fingerprint: Fingerprint,
    /// Our part in the DTLS handshake: passive, unless the client insists to wait.
    pub setup: Setup,
    /// Where we can be reached. All of them are in the answer.
    pub candidates: Vec<LocalCandidate>,
    /// One plan for each section of the offer.
    pub sections: Vec<SectionPlan>,
}

/// Why a plan does not answer an offer. Each is a mistake of the planner, not of the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Not one plan for each section.
    #[error("{planned} plans for {offered} sections")]
    SectionCount {
        /// Sections of the offer.
        offered: usize,
        /// Plans.
        planned: usize,
    },
    /// The plan is for another kind of section, or accepts one the client stopped.
    #[error("section {0} cannot be answered this way")]
    Kind(String),
    /// We would send what the client does not receive, or the other way round.
    #[error("section {0} does not allow this direction")]
    Direction(String),
    /// A payload type, extension or rid the offer does not have.
    #[error("section {mid} does not offer {what}")]
    NotOffered {
        /// The section.
        mid: String,
        /// What was planned.
        what: String,
    },
    /// A live section without a codec, or a sending one without a name.
    #[error("section {mid} lacks {what}")]
    Missing {
        /// The section.
        mid: String,
        /// What a browser would miss.
        what: &'static str,
    },
    /// Two sections would send the same stream and track; browsers refuse the whole answer.
    #[error("two sections send {0}")]
    DuplicateMsid(String),
    /// A text that would break the line it is printed on.
    #[error("section {0} has a text with a line break or a space in it")]
    BrokenText(String),
}

impl MediaPlan {
    /// A free slot: everything as offered, and nothing flows.
    #[must_use]
    pub fn inactive(section: &Section) -> Self {
        Self {
            direction: Direction::Inactive,
            codecs: section.codecs.clone(),
            extensions: section.extensions.clone(),
            msid: None,
            sources: Vec::new(),
            simulcast_recv: Vec::new(),
        }
    }
}

impl AnswerPlan {
    /// Checks the plan and writes the answer.
    pub fn print(&self, offer: &Offer) -> Result<String, PlanError> {
        let (offered, planned) = (offer.sections.len(), self.sections.len());
        if offered != planned {
            return Err(PlanError::SectionCount { offered, planned });
        }
        let pairs = || offer.sections.iter().zip(&self.sections);
        let mut msids = HashSet::new();
        for (section, plan) in pairs() {
            check(section, plan)?;
            if let SectionPlan::Media(MediaPlan { direction, msid: Some(msid), .. }) = plan
                && direction.sends()
                && !msids.insert(msid)
            {
                return Err(PlanError::DuplicateMsid(format!("{} {}", msid.stream, msid.track)));
            }
        }
        let live = pairs().filter(|(_, plan)| **plan != SectionPlan::Reject);
        let mids: Vec<&str> = live.map(|(section, _)| section.mid.as_str()).collect();
        let mut out = Printer::default();
        self.print_session(&mut out, offer, &mids);
        for (section, plan) in pairs() {
            let is_first = mids.first() == Some(&section.mid.as_str());
            match plan {
                SectionPlan::Reject => reject(&mut out, section),
                SectionPlan::Application { sctp_port } => {
                    self.open(&mut out, section, "webrtc-datachannel", is_first);
                    out.attribute(format_args!("sctp-port:{sctp_port}"));
                    out.attribute(format_args!("max-message-size:{MESSAGE_BYTES_MAX}"));
                }
                SectionPlan::Media(plan) => {
                    self.open(&mut out, section, &formats(plan), is_first);
                    media(&mut out, section, plan);
                }
            }
        }
        Ok(out.text)
    }

    fn print_session(&self, out: &mut Printer, offer: &Offer, mids: &[&str]) {
        let (id, version) = (self.session_id, self.session_version);
        out.line('v', format_args!("0"));
        out.line('o', format_args!("- {id} {version} IN IP4 127.0.0.1"));
        out.line('s', format_args!("-"));
        out.line('t', format_args!("0 0"));
        if self.ice_lite {
            out.attribute(format_args!("ice-lite"));
        }
        if !offer.bundle.is_empty() {
            out.attribute(format_args!("group:BUNDLE {}", mids.join(" ")));
        }
        if offer.extmap_allow_mixed {
            out.attribute(format_args!("extmap-allow-mixed"));
        }
        out.attribute(format_args!("msid-semantic: WMS *"));
    }

    /// The lines every accepted section starts with. All share one transport, so the candidates
    /// stand in the first one only.
    fn open(&self, out: &mut Printer, section: &Section, formats: &str, is_first: bool) {
        let Section { media, protocol, mid, .. } = section;
        out.line('m', format_args!("{media} 9 {protocol} {formats}"));
        out.line('c', format_args!("IN IP4 0.0.0.0"));
        if is_first {
            for (index, candidate) in self.candidates.iter().enumerate() {
                out.attribute(format_args!("{}", CandidateLine { index, candidate }));
            }
            out.attribute(format_args!("end-of-candidates"));
        }
        out.attribute(format_args!("ice-ufrag:{}", self.credentials.ufrag));
        out.attribute(format_args!("ice-pwd:{}", self.credentials.password));
        out.attribute(format_args!("ice-options:trickle"));
        out.attribute(format_args!("fingerprint:{}", self.fingerprint));
        out.attribute(format_args!("setup:{}", self.setup.as_str()));
        out.attribute(format_args!("mid:{mid}"));
    }
}

/// Everything a browser would refuse the whole answer for, or that would flow nowhere.
fn check(section: &Section, plan: &SectionPlan) -> Result<(), PlanError> {
    let mid = || section.mid.clone();
    let may_live = !section.stopped && section.bundled;
    match plan {
        SectionPlan::Reject => Ok(()),
        SectionPlan::Application { .. } if section.kind == Kind::Application && may_live => Ok(()),
        SectionPlan::Media(plan) if matches!(section.kind, Kind::Audio | Kind::Video) && may_live => check_media(section, plan),
        SectionPlan::Application { .. } | SectionPlan::Media(_) => Err(PlanError::Kind(mid())),
    }
}

fn check_media(section: &Section, plan: &MediaPlan) -> Result<(), PlanError> {
    let mid = || section.mid.clone();
    let sends = plan.direction.sends();
    let one_way = sends && !section.direction.receives();
    if one_way || (plan.direction.receives() && !section.direction.sends()) {
        return Err(PlanError::Direction(mid()));
    }
    if plan.codecs.is_empty() {
        return Err(PlanError::Missing { mid: mid(), what: "a codec" });
    }
    if sends && plan.msid.is_none() {
        return Err(PlanError::Missing { mid: mid(), what: "an msid" });
    }
    let not_offered = |what: String| PlanError::NotOffered { mid: mid(), what };
    for codec in &plan.codecs {
        let offered = section.codec(codec.pt).filter(|known| {
            let same_rtx = codec.rtx_pt.is_none() || codec.rtx_pt == known.rtx_pt;
            codec.is(&known.name) && codec.clock_rate == known.clock_rate && same_rtx
        });
        if offered.is_none() {
            return Err(not_offered(format!("payload type {}", codec.pt)));
        }
    }
    for extension in &plan.extensions {
        if section.extension_id(&extension.uri) != Some(extension.id) {
            return Err(not_offered(format!("extension {}", extension.uri)));
        }
    }
    let sent = section.simulcast.as_ref().map(|s| s.send.as_slice()).unwrap_or_default();
    for stream in &plan.simulcast_recv {
        if !sent.iter().any(|known| known.rid == stream.rid) {
            return Err(not_offered(format!("rid {}", stream.rid)));
        }
    }
    let msid = plan.msid.iter().all(|msid| is_token(&msid.stream) && is_token(&msid.track));
    let names = plan.sources.iter().all(|source| is_token(&source.cname));
    let parameters = plan.codecs.iter().all(|codec| is_line(&codec.fmtp));
    let feedback = plan.codecs.iter().flat_map(|codec| &codec.feedback).all(|value| is_line(value));
    if msid && names && parameters && feedback { Ok(()) } else { Err(PlanError::BrokenText(mid())) }
}

fn formats(plan: &MediaPlan) -> String {
    let pts = plan.codecs.iter().flat_map(|codec| [Some(codec.pt), codec.rtx_pt]);
    pts.flatten().map(|pt| pt.to_string()).collect::<Vec<_>>().join(" ")
}

fn reject(out: &mut Printer, section: &Section) {
    let Section { media, protocol, formats, mid, .. } = section;
    let formats = if formats.is_empty() { "0".to_owned() } else { formats.join(" ") };
    out.line('m', format_args!("{media} 0 {protocol} {formats}"));
    out.line('c', format_args!("IN IP4 0.0.0.0"));
    if !mid.is_empty() {
        out.attribute(format_args!("mid:{mid}"));
    }
    out.attribute(format_args!("inactive"));
}

fn media(out: &mut Printer, section: &Section, plan: &MediaPlan) {
    for Extension { id, uri, direction } in &plan.extensions {
        let way = direction.map(|way| format!("/{}", answered(way).as_str())).unwrap_or_default();
        out.attribute(format_args!("extmap:{id}{way} {uri}"));
    }
    out.attribute(format_args!("{}", plan.direction.as_str()));
    let msid = plan.msid.as_ref().filter(|_| plan.direction.sends());
    if let Some(Msid { stream, track }) = msid {
        out.attribute(format_args!("msid:{stream} {track}"));
    }
    out.attribute(format_args!("rtcp-mux"));
    if section.rtcp_reduced_size {
        out.attribute(format_args!("rtcp-rsize"));
    }
    plan.codecs.iter().for_each(|codec| print_codec(out, codec));
    for stream in &plan.simulcast_recv {
        out.attribute(format_args!("rid:{} recv", stream.rid));
    }
    if !plan.simulcast_recv.is_empty() {
        let tilde = |stream: &SimulcastStream| if stream.paused { "~" } else { "" };
        let streams = plan.simulcast_recv.iter().map(|s| format!("{}{}", tilde(s), s.rid));
        out.attribute(format_args!("simulcast:recv {}", streams.collect::<Vec<_>>().join(";")));
    }
    if let Some(msid) = msid {
        plan.sources.iter().for_each(|source| print_source(out, source, msid));
    }
}

/// The direction of an extension as the other side has to write it.
const fn answered(offered: Direction) -> Direction {
    match offered {
        Direction::SendOnly => Direction::RecvOnly,
        Direction::RecvOnly => Direction::SendOnly,
        Direction::SendRecv => Direction::SendRecv,
        Direction::Inactive => Direction::Inactive,
    }
}

fn print_codec(out: &mut Printer, codec: &Codec) {
    let Codec { pt, name, clock_rate, channels, fmtp, feedback, rtx_pt } = codec;
    let channels = channels.map(|count| format!("/{count}")).unwrap_or_default();
    out.attribute(format_args!("rtpmap:{pt} {name}/{clock_rate}{channels}"));
    for value in feedback {
        out.attribute(format_args!("rtcp-fb:{pt} {value}"));
    }
    if !fmtp.is_empty() {
        out.attribute(format_args!("fmtp:{pt} {fmtp}"));
    }
    if let Some(rtx_pt) = rtx_pt {
        out.attribute(format_args!("rtpmap:{rtx_pt} rtx/{clock_rate}"));
        out.attribute(format_args!("fmtp:{rtx_pt} apt={pt}"));
    }
}

fn print_source(out: &mut Printer, source: &SourcePlan, msid: &Msid) {
    let SourcePlan { ssrc, rtx_ssrc, cname } = source;
    let Msid { stream, track } = msid;
    if let Some(rtx_ssrc) = rtx_ssrc {
        out.attribute(format_args!("ssrc-group:FID {ssrc} {rtx_ssrc}"));
    }
    for ssrc in [Some(*ssrc), *rtx_ssrc].into_iter().flatten() {
        out.attribute(format_args!("ssrc:{ssrc} cname:{cname}"));
        out.attribute(format_args!("ssrc:{ssrc} msid:{stream} {track}"));
    }
}

#[derive(Default)]
struct Printer {
    text: String,
}

impl Printer {
    fn line(&mut self, letter: char, value: fmt::Arguments<'_>) {
        self.text.push(letter);
        self.text.push('=');
        self.text.push_str(&value.to_string());
        self.text.push_str("\r\n");
    }

    fn attribute(&mut self, value: fmt::Arguments<'_>) {
        self.line('a', value);
    }
}
