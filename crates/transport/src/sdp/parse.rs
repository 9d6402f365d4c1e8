//! Reading an offer, line by line. Every list is bounded before it grows.

use std::collections::HashSet;
use std::str::FromStr;

use crate::description::{Fingerprint, Setup};
use crate::sdp::lines::{Line, SdpError, is_line, is_token, lines};
use crate::sdp::offer::{
    Codec, Direction, Extension, Kind, Msid, Offer, Rid, Section, Simulcast, SimulcastStream, Source, SourceGroup, TransportLines,
};
use crate::sdp::{ITEMS_PER_SECTION_MAX, SECTIONS_MAX};

/// The highest payload type.
const PT_MAX: u8 = 127;
/// Payload types that need no `rtpmap`.
const STATIC_CODECS: [(u8, &str, u32); 4] = [(0, "PCMU", 8000), (8, "PCMA", 8000), (9, "G722", 8000), (13, "CN", 8000)];

/// Reads an offer.
pub(super) fn offer(text: &str) -> Result<Offer, SdpError> {
    let mut offer = Offer {
        session_id: String::new(),
        session_version: String::new(),
        bundle: Vec::new(),
        ice_lite: false,
        extmap_allow_mixed: false,
        transport: TransportLines::default(),
        sections: Vec::new(),
    };
    let mut session_direction = Direction::SendRecv;
    let mut draft: Option<Draft> = None;
    for line in lines(text)? {
        let line = line?;
        match (line.letter, &mut draft) {
            ('m', _) => {
                if let Some(done) = draft.take() {
                    offer.sections.push(done.finish());
                }
                if offer.sections.len() == SECTIONS_MAX {
                    return Err(SdpError::TooMany("sections"));
                }
                draft = Some(Draft::open(&line, session_direction)?);
            }
            ('a', Some(draft)) => draft.attribute(&line)?,
            ('a', None) => match direction(line.value) {
                Some(direction) => session_direction = direction,
                None => session_attribute(&mut offer, &line)?,
            },
            ('o', None) => origin(&mut offer, &line)?,
            ('v', None) if line.value != "0" => return Err(line.malformed("version 0")),
            _ => {}
        }
    }
    offer.sections.extend(draft.map(Draft::finish));
    settle(&mut offer)?;
    Ok(offer)
}

fn origin(offer: &mut Offer, line: &Line<'_>) -> Result<(), SdpError> {
    let mut words = line.value.split(' ').skip(1).filter(|word| is_token(word));
    let (Some(id), Some(version)) = (words.next(), words.next()) else {
        return Err(line.malformed("an origin"));
    };
    (offer.session_id, offer.session_version) = (id.to_owned(), version.to_owned());
    Ok(())
}

fn session_attribute(offer: &mut Offer, line: &Line<'_>) -> Result<(), SdpError> {
    match line.attribute() {
        ("ice-lite", _) => offer.ice_lite = true,
        ("extmap-allow-mixed", _) => offer.extmap_allow_mixed = true,
        ("group", value) => {
            let mut words = value.split_ascii_whitespace();
            // A second group would be a second transport, and we have one.
            if words.next() == Some("BUNDLE") && offer.bundle.is_empty() {
                offer.bundle = words.take(SECTIONS_MAX).map(str::to_owned).collect();
            }
        }
        (name, value) => transport_attribute(&mut offer.transport, name, value, line)?,
    }
    Ok(())
}

/// What needs all sections: who is bundled, and that no name appears twice.
fn settle(offer: &mut Offer) -> Result<(), SdpError> {
    let bundle: HashSet<&str> = offer.bundle.iter().map(String::as_str).collect();
    let alone = offer.sections.len() == 1;
    let mut mids = HashSet::new();
    for section in &mut offer.sections {
        section.bundled = bundle.contains(section.mid.as_str()) || alone;
        if section.mid.is_empty() {
            section.bundled &= alone;
        } else if !mids.insert(section.mid.clone()) {
            return Err(SdpError::DuplicateMid);
        }
    }
    Ok(())
}

/// A section being read. What belongs to a payload type may stand in any order, so codecs are put
/// together at the end.
struct Draft {
    section: Section,
    bundle_only: bool,
    maps: Vec<(u8, String, u32, Option<u8>)>,
    parameters: Vec<(u8, String)>,
    feedback: Vec<(Option<u8>, String)>,
}

impl Draft {
    fn open(line: &Line<'_>, direction: Direction) -> Result<Self, SdpError> {
        let mut words = line.value.split_ascii_whitespace();
        let (Some(media), Some(port), Some(protocol)) = (words.next(), words.next(), words.next()) else {
            return Err(line.malformed("a medium, a port and a protocol"));
        };
        let port = port.split_once('/').map_or(port, |(port, _)| port);
        let port: u16 = number(port).ok_or_else(|| line.malformed("a port"))?;
        let formats: Vec<String> = words.take(ITEMS_PER_SECTION_MAX + 1).map(str::to_owned).collect();
        if formats.len() > ITEMS_PER_SECTION_MAX {
            return Err(SdpError::TooMany("formats"));
        }
        let is_text = |word: &str| is_token(word);
        if !is_text(media) || !is_text(protocol) || !formats.iter().all(|f| is_text(f)) {
            return Err(line.malformed("visible words"));
        }
        let section = Section {
            kind: match (media, protocol) {
                ("audio", p) if p.ends_with("/SAVPF") => Kind::Audio,
                ("video", p) if p.ends_with("/SAVPF") => Kind::Video,
                ("application", p) if p.ends_with("DTLS/SCTP") => Kind::Application,
                _ => Kind::Other,
            },
            mid: String::new(),
            stopped: port == 0,
            bundled: false,
            media: media.to_owned(),
            protocol: protocol.to_owned(),
            formats,
            direction,
            codecs: Vec::new(),
            extensions: Vec::new(),
            msid: None,
            sources: Vec::new(),
            source_groups: Vec::new(),
            rids: Vec::new(),
            simulcast: None,
            rtcp_mux: false,
            rtcp_reduced_size: false,
            sctp_port: None,
            message_bytes_max: None,
            transport: TransportLines::default(),
        };
        let (maps, parameters, feedback) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { section, bundle_only: false, maps, parameters, feedback })
    }

    fn attribute(&mut self, line: &Line<'_>) -> Result<(), SdpError> {
        if let Some(direction) = direction(line.value) {
            self.section.direction = direction;
            return Ok(());
        }
        let section = &mut self.section;
        match line.attribute() {
            ("mid", value) if is_token(value) => section.mid = value.to_owned(),
            ("mid", _) => return Err(line.malformed("a mid")),
            ("bundle-only", _) => self.bundle_only = true,
            ("rtcp-mux" | "rtcp-mux-only", _) => section.rtcp_mux = true,
            ("rtcp-rsize", _) => section.rtcp_reduced_size = true,
            ("sctp-port", value) => {
                let port = number(value).filter(|port| *port != 0);
                section.sctp_port = Some(port.ok_or_else(|| line.malformed("an SCTP port"))?);
            }
            ("max-message-size", value) => {
                section.message_bytes_max = Some(number(value).ok_or_else(|| line.malformed("a size"))?);
            }
            ("rtpmap" | "fmtp" | "rtcp-fb", _) => self.codec_attribute(line)?,
            ("extmap" | "rid" | "simulcast" | "msid" | "ssrc" | "ssrc-group", _) => {
                self.stream_attribute(line)?;
            }
            (name, value) => transport_attribute(&mut section.transport, name, value, line)?,
        }
        Ok(())
    }

    fn codec_attribute(&mut self, line: &Line<'_>) -> Result<(), SdpError> {
        let (name, value) = line.attribute();
        // Without a value there is nothing to learn from it.
        let Some((pt, rest)) = value.split_once(' ') else { return Ok(()) };
        let rest = rest.trim();
        let parsed = number::<u8>(pt).filter(|pt| *pt <= PT_MAX);
        match (name, parsed) {
            ("rtcp-fb", pt) if pt.is_some() || value.starts_with('*') => {
                let room = ITEMS_PER_SECTION_MAX * 8;
                bounded(&mut self.feedback, (pt, text(line, rest)?), room, "feedback lines")
            }
            ("rtpmap", Some(pt)) => {
                let map = rtp_map(pt, rest).ok_or_else(|| line.malformed("a codec"))?;
                bounded(&mut self.maps, map, ITEMS_PER_SECTION_MAX, "codecs")
            }
            ("fmtp", Some(pt)) => {
                let value = (pt, text(line, rest)?);
                bounded(&mut self.parameters, value, ITEMS_PER_SECTION_MAX, "codec parameters")
            }
            _ => Err(line.malformed("a payload type")),
        }
    }

    fn stream_attribute(&mut self, line: &Line<'_>) -> Result<(), SdpError> {
        let section = &mut self.section;
        match line.attribute() {
            ("extmap", value) => {
                let found = extension(value).ok_or_else(|| line.malformed("an extension"))?;
                bounded(&mut section.extensions, found, ITEMS_PER_SECTION_MAX, "extensions")?;
            }
            ("rid", value) => {
                let found = rid(value).ok_or_else(|| line.malformed("a rid"))?;
                bounded(&mut section.rids, found, ITEMS_PER_SECTION_MAX, "rids")?;
            }
            ("simulcast", value) => {
                section.simulcast = Some(simulcast(value).ok_or_else(|| line.malformed("simulcast streams"))?);
            }
            ("msid", value) => {
                // Only the first stream of a track counts; more are written as more lines.
                let found = msid(value).ok_or_else(|| line.malformed("a stream"))?;
                section.msid.get_or_insert(found);
            }
            ("ssrc", value) => source(section, value, line)?,
            ("ssrc-group", value) => {
                let mut words = value.split_ascii_whitespace();
                let semantics = words.next().filter(|word| is_token(word));
                let ssrcs = words.take(ITEMS_PER_SECTION_MAX).map(number).collect::<Option<_>>();
                let (Some(semantics), Some(ssrcs)) = (semantics, ssrcs) else {
                    return Err(line.malformed("a group of sources"));
                };
                let group = SourceGroup { semantics: semantics.to_owned(), ssrcs };
                bounded(&mut section.source_groups, group, ITEMS_PER_SECTION_MAX, "groups")?;
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Section {
        self.section.stopped &= !self.bundle_only;
        if matches!(self.section.kind, Kind::Audio | Kind::Video) {
            self.section.codecs = self.codecs();
        }
        self.section
    }

    /// The codecs in the order of the `m=` line, retransmission folded into what it repeats.
    fn codecs(&self) -> Vec<Codec> {
        let mut codecs: Vec<Codec> = Vec::new();
        let mut repairs: Vec<(u8, u8)> = Vec::new();
        for pt in self.section.formats.iter().filter_map(|format| number::<u8>(format)) {
            let fixed = STATIC_CODECS.iter().find(|(known, ..)| *known == pt);
            let fixed = fixed.map(|(pt, name, rate)| (*pt, (*name).to_owned(), *rate, None));
            let map = self.maps.iter().find(|(known, ..)| *known == pt).cloned().or(fixed);
            let Some((pt, name, clock_rate, channels)) = map else { continue };
            let fmtp = self.parameters.iter().find(|(known, _)| *known == pt);
            let fmtp = fmtp.map(|(_, value)| value.clone()).unwrap_or_default();
            let feedback = self.feedback.iter().filter(|(known, _)| known.is_none_or(|k| k == pt));
            let feedback = feedback.map(|(_, value)| value.clone()).collect();
            let codec = Codec { pt, name, clock_rate, channels, fmtp, feedback, rtx_pt: None };
            if codec.is("rtx") {
                repairs.extend(codec.parameter("apt").and_then(number).map(|apt| (apt, pt)));
            } else if codecs.iter().all(|known| known.pt != pt) {
                codecs.push(codec);
            }
        }
        for codec in &mut codecs {
            let repair = repairs.iter().find(|(apt, _)| *apt == codec.pt);
            codec.rtx_pt = repair.map(|(_, rtx)| *rtx);
        }
        codecs
    }
}

fn transport_attribute(transport: &mut TransportLines, name: &str, value: &str, line: &Line<'_>) -> Result<(), SdpError> {
    match name {
        "ice-ufrag" => transport.ufrag = Some(value.to_owned()),
        "ice-pwd" => transport.password = Some(value.to_owned()),
        "ice-options" => {
            let words = value.split_ascii_whitespace().take(ITEMS_PER_SECTION_MAX);
            transport.ice_options = words.map(str::to_owned).collect();
        }
        // Digests we do not accept are passed over: another line may have one we do.
        "fingerprint" => {
            if let Ok(fingerprint) = Fingerprint::from_str(value) {
                let room = ITEMS_PER_SECTION_MAX;
                bounded(&mut transport.fingerprints, fingerprint, room, "fingerprints")?;
            }
        }
        "setup" => {
            transport.setup = Some(match value {
                "active" => Setup::Active,
                "passive" => Setup::Passive,
                "actpass" => Setup::ActPass,
                _ => return Err(line.malformed("a DTLS role")),
            });
        }
        "candidate" => {
            let room = ITEMS_PER_SECTION_MAX;
            bounded(&mut transport.candidates, text(line, value)?, room, "candidates")?;
        }
        "end-of-candidates" => transport.end_of_candidates = true,
        _ => {}
    }
    Ok(())
}

fn direction(attribute: &str) -> Option<Direction> {
    match attribute {
        "sendrecv" => Some(Direction::SendRecv),
        "sendonly" => Some(Direction::SendOnly),
        "recvonly" => Some(Direction::RecvOnly),
        "inactive" => Some(Direction::Inactive),
        _ => None,
    }
}

fn rtp_map(pt: u8, value: &str) -> Option<(u8, String, u32, Option<u8>)> {
    let mut parts = value.split('/');
    let name = parts.next().filter(|name| is_token(name))?;
    let clock_rate = number(parts.next()?).filter(|rate| *rate != 0)?;
    let channels = parts.next().map(number::<u8>);
    // Something else than a number may follow for kinds of media that we do not know.
    Some((pt, name.to_owned(), clock_rate, channels.flatten()))
}

fn extension(value: &str) -> Option<Extension> {
    let mut words = value.split_ascii_whitespace();
    let (id, uri) = (words.next()?, words.next().filter(|uri| is_token(uri))?);
    let (id, way) = id.split_once('/').map_or((id, None), |(id, way)| (id, Some(way)));
    let id = number::<u8>(id).filter(|id| *id != 0)?;
    Some(Extension { id, uri: uri.to_owned(), direction: way.and_then(direction) })
}

fn rid(value: &str) -> Option<Rid> {
    let mut words = value.splitn(3, ' ');
    let id = words.next().filter(|id| is_token(id))?.to_owned();
    let sends = match words.next()? {
        "send" => true,
        "recv" => false,
        _ => return None,
    };
    let restrictions = words.next().unwrap_or_default();
    is_line(restrictions).then(|| Rid { id, sends, restrictions: restrictions.to_owned() })
}

fn simulcast(value: &str) -> Option<Simulcast> {
    let mut simulcast = Simulcast::default();
    let mut words = value.split_ascii_whitespace();
    while let Some(way) = words.next() {
        let list = words.next()?.split(';').take(ITEMS_PER_SECTION_MAX);
        let first = |alternatives: &str| -> Option<SimulcastStream> {
            let name = alternatives.split(',').next()?;
            let rid = name.strip_prefix('~').unwrap_or(name);
            is_token(rid).then(|| SimulcastStream { rid: rid.to_owned(), paused: rid != name })
        };
        let streams = list.map(first).collect::<Option<Vec<_>>>()?;
        match way {
            "send" => simulcast.send = streams,
            "recv" => simulcast.recv = streams,
            _ => return None,
        }
    }
    Some(simulcast)
}

fn msid(value: &str) -> Option<Msid> {
    let mut words = value.split_ascii_whitespace();
    let stream = words.next().filter(|word| is_token(word))?;
    let track = words.next().unwrap_or_default();
    Some(Msid { stream: stream.to_owned(), track: track.to_owned() })
}

fn source(section: &mut Section, value: &str, line: &Line<'_>) -> Result<(), SdpError> {
    let (ssrc, rest) = value.split_once(' ').unwrap_or((value, ""));
    let ssrc: u32 = number(ssrc).ok_or_else(|| line.malformed("a source"))?;
    let index = match section.sources.iter().position(|source| source.ssrc == ssrc) {
        Some(index) => index,
        None => {
            let source = Source { ssrc, cname: None, msid: None };
            bounded(&mut section.sources, source, ITEMS_PER_SECTION_MAX, "sources")?;
            section.sources.len() - 1
        }
    };
    let Some(source) = section.sources.get_mut(index) else { return Ok(()) };
    match rest.split_once(':') {
        Some(("cname", cname)) => source.cname = Some(text(line, cname)?),
        Some(("msid", value)) => source.msid = msid(value),
        _ => {}
    }
    Ok(())
}

fn text(line: &Line<'_>, value: &str) -> Result<String, SdpError> {
    if is_line(value) { Ok(value.to_owned()) } else { Err(line.malformed("a plain text")) }
}

/// A number of digits only; `parse` alone would take a sign.
fn number<T: FromStr>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn bounded<T>(list: &mut Vec<T>, item: T, room: usize, what: &'static str) -> Result<(), SdpError> {
    if list.len() >= room {
        return Err(SdpError::TooMany(what));
    }
    list.push(item);
    Ok(())
}
