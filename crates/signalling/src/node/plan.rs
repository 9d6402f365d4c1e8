//! What is agreed to in one section: codecs, extensions and feedback, chosen from what the client
//! offers. Pure; the texts are the transport's business.

use sfu::{CodecKind, CodecSetup, ExtensionIds};
use transport::sdp::{Codec, Direction, Extension, Kind, MediaPlan, Section};

use super::negotiate::SourceView;
use super::state::Received;
use crate::control::MediaKind;

const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED_RID: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const ABS_SEND_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
const ABS_CAPTURE_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const ORIENTATION: &str = "urn:3gpp:video-orientation";
const DEPENDENCY: &str = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
const PLAYOUT_DELAY: &str = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

/// What the publisher said about a track that matters for its section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Such as `vp8`; empty for whatever comes first.
    pub(super) codec: String,
    pub(super) disable_red: bool,
    pub(super) disable_dtx: bool,
    pub(super) stereo: bool,
}

pub(super) fn media_kind(section: &Section) -> Option<MediaKind> {
    match section.kind {
        Kind::Audio => Some(MediaKind::Audio),
        Kind::Video => Some(MediaKind::Video),
        Kind::Application | Kind::Other => None,
    }
}

/// The plan for a section the client sends in, and what was agreed on.
pub(super) fn receive(section: &Section, wish: &Wish) -> Option<(MediaPlan, Received)> {
    let codecs = match media_kind(section)? {
        MediaKind::Audio => receive_audio(section, wish)?,
        MediaKind::Video => vec![receive_video(section, wish)?],
    };
    let main = codecs.iter().find(|codec| !codec.is("red"))?;
    let red = codecs.iter().find(|codec| codec.is("red"));
    let extensions = accepted(section);
    let received = Received {
        codec: CodecSetup {
            kind: codec_kind(main, section.kind),
            payload_type: main.pt,
            clock_rate_hz: main.clock_rate,
            rtx_payload_type: main.rtx_pt,
            red_payload_type: red.map(|codec| codec.pt),
        },
        mime: mime(main, section.kind, red.is_some()),
        fmtp: main.fmtp.clone(),
        extensions: ids(&extensions),
        nack: main.has_feedback("nack"),
    };
    let plan = MediaPlan {
        direction: Direction::RecvOnly,
        codecs,
        extensions,
        msid: None,
        sources: Vec::new(),
        simulcast_recv: section.simulcast.as_ref().map(|s| s.send.clone()).unwrap_or_default(),
    };
    Some((plan, received))
}

fn receive_audio(section: &Section, wish: &Wish) -> Option<Vec<Codec>> {
    let mut opus = section.codecs.iter().find(|codec| codec.is("opus"))?.clone();
    if !wish.disable_dtx {
        opus.set_parameter("usedtx", "1");
    }
    if wish.stereo {
        opus.set_parameter("stereo", "1");
        opus.set_parameter("maxaveragebitrate", "510000");
    }
    keep_feedback(&mut opus);
    let wraps = |codec: &&Codec| codec.is("red") && codec.fmtp.split('/').next() == Some(opus.pt.to_string().as_str());
    let red = section.codecs.iter().find(wraps).filter(|_| !wish.disable_red).cloned();
    Some(red.into_iter().chain([opus]).collect())
}

fn receive_video(section: &Section, wish: &Wish) -> Option<Codec> {
    let supported = |codec: &&Codec| codec_kind(codec, Kind::Video) != CodecKind::OtherVideo;
    let wished = |codec: &&Codec| !wish.codec.is_empty() && codec.is(&wish.codec);
    // Fragments need packetization-mode 1; without it every picture would have to fit one packet.
    let whole = |codec: &&Codec| codec.parameter("packetization-mode") == Some("1");
    let candidates = || section.codecs.iter().filter(supported);
    let chosen = candidates()
        .find(|codec| wished(codec) && (!codec.is("H264") || whole(codec)))
        .or_else(|| candidates().find(wished))
        .or_else(|| candidates().next())?;
    let mut codec = chosen.clone();
    keep_feedback(&mut codec);
    Some(codec)
}

/// Drops feedback that nobody here answers.
fn keep_feedback(codec: &mut Codec) {
    let known = ["transport-cc", "ccm fir", "nack", "nack pli"];
    codec.feedback.retain(|feedback| known.contains(&feedback.as_str()));
}

/// A codec of a subscriber's section that carries a track.
#[derive(Debug)]
pub(super) struct Carrier {
    pub(super) payload_type: u8,
    pub(super) rtx_payload_type: Option<u8>,
    pub(super) red_payload_type: Option<u8>,
    pub(super) nack: bool,
    pub(super) extensions: ExtensionIds,
}

/// The plan for a section that carries a track to the client, `None` if it cannot decode it.
pub(super) fn send(section: &Section, source: &SourceView) -> Option<(MediaPlan, Carrier)> {
    let chosen = matching(section, &source.codec)?;
    let mut main = chosen.clone();
    if source.stereo && main.is("opus") {
        main.set_parameter("sprop-stereo", "1");
    }
    keep_feedback(&mut main);
    let red = section.codecs.iter().find(|codec| codec.is("red") && codec.fmtp.split('/').next() == Some(main.pt.to_string().as_str()));
    // Also where the publisher sends none: the media machine makes it.
    let red = red.filter(|_| source.redundant && main.is("opus"));
    let extensions = accepted(section);
    let carrier = Carrier {
        payload_type: main.pt,
        rtx_payload_type: main.rtx_pt,
        red_payload_type: red.map(|codec| codec.pt),
        nack: main.has_feedback("nack"),
        extensions: ExtensionIds { rid: None, repaired_rid: None, ..ids(&extensions) },
    };
    let first = red.cloned().into_iter().chain([main.clone()]);
    let known: Vec<u8> = first.clone().map(|codec| codec.pt).collect();
    let rest = section.codecs.iter().filter(|codec| !known.contains(&codec.pt)).cloned();
    let plan = MediaPlan {
        direction: Direction::SendOnly,
        codecs: first.chain(rest.map(with_known_feedback)).collect(),
        extensions,
        msid: None,
        sources: Vec::new(),
        simulcast_recv: Vec::new(),
    };
    Some((plan, carrier))
}

/// The plan for a section that is free; the client keeps it for later.
pub(super) fn inactive(section: &Section) -> Option<MediaPlan> {
    if section.codecs.is_empty() {
        return None;
    }
    Some(MediaPlan {
        direction: Direction::Inactive,
        codecs: section.codecs.iter().cloned().map(with_known_feedback).collect(),
        extensions: accepted(section),
        msid: None,
        sources: Vec::new(),
        simulcast_recv: Vec::new(),
    })
}

fn with_known_feedback(mut codec: Codec) -> Codec {
    keep_feedback(&mut codec);
    codec
}

/// The codec of a section that decodes what the track is sent with.
fn matching<'a>(section: &'a Section, track: &Received) -> Option<&'a Codec> {
    let kind = section.kind;
    let alike = |codec: &&Codec| mime(codec, kind, false).eq_ignore_ascii_case(plain_mime(track));
    let parameter = |fmtp: &str, name: &str| {
        let pairs = fmtp.split(';').filter_map(|pair| pair.trim().split_once('='));
        let mut found = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.to_ascii_lowercase())
    };
    let same =
        |codec: &&Codec, name: &str| parameter(&codec.fmtp, name).unwrap_or_default() == parameter(&track.fmtp, name).unwrap_or_default();
    let profile = |codec: &&Codec| match track.codec.kind {
        CodecKind::H264 => same(codec, "packetization-mode") && same(codec, "profile-level-id"),
        CodecKind::Vp9 => same(codec, "profile-id"),
        _ => true,
    };
    let nearly = |codec: &&Codec| same(codec, "packetization-mode");
    let candidates = || section.codecs.iter().filter(alike);
    candidates().find(profile).or_else(|| candidates().find(nearly)).or_else(|| candidates().next())
}

fn plain_mime(track: &Received) -> &str {
    if track.mime.eq_ignore_ascii_case("audio/red") { "audio/opus" } else { &track.mime }
}

fn mime(codec: &Codec, kind: Kind, red: bool) -> String {
    if red {
        return "audio/red".to_owned();
    }
    let media = if kind == Kind::Audio { "audio" } else { "video" };
    let known = ["opus", "VP8", "H264", "VP9", "AV1"];
    let name = known.into_iter().find(|name| codec.is(name)).unwrap_or(&codec.name);
    format!("{media}/{name}")
}

fn codec_kind(codec: &Codec, kind: Kind) -> CodecKind {
    let known =
        [("opus", CodecKind::Opus), ("VP8", CodecKind::Vp8), ("H264", CodecKind::H264), ("VP9", CodecKind::Vp9), ("AV1", CodecKind::Av1)];
    let found = known.into_iter().find(|(name, _)| codec.is(name)).map(|(_, kind)| kind);
    found.unwrap_or(match kind {
        Kind::Audio => CodecKind::OtherAudio,
        Kind::Video | Kind::Application | Kind::Other => CodecKind::OtherVideo,
    })
}

fn accepted(section: &Section) -> Vec<Extension> {
    let audio = section.kind == Kind::Audio;
    let wanted = |extension: &&Extension| match extension.uri.as_str() {
        MID | TRANSPORT_CC | ABS_SEND_TIME | ABS_CAPTURE_TIME => true,
        // Also where nothing is sent to us: the client's next section could not offer layers
        // if these had been turned down in any section of the bundle.
        RID | REPAIRED_RID => !audio,
        AUDIO_LEVEL => audio,
        ORIENTATION | DEPENDENCY | PLAYOUT_DELAY => !audio,
        _ => false,
    };
    section.extensions.iter().filter(wanted).cloned().collect()
}

fn ids(extensions: &[Extension]) -> ExtensionIds {
    let id = |uri: &str| extensions.iter().find(|e| e.uri == uri).map(|e| e.id);
    ExtensionIds {
        mid: id(MID),
        rid: id(RID),
        repaired_rid: id(REPAIRED_RID),
        transport_cc: id(TRANSPORT_CC),
        abs_send_time: id(ABS_SEND_TIME),
        abs_capture_time: id(ABS_CAPTURE_TIME),
        audio_level: id(AUDIO_LEVEL),
        video_orientation: id(ORIENTATION),
        dependency_descriptor: id(DEPENDENCY),
        playout_delay: id(PLAYOUT_DELAY),
    }
}
