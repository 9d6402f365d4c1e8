//! An offer as plain values. Reading is lenient about what is missing and strict about what would
//! break the answer; nothing here decides what is accepted.

use std::fmt;

use crate::MESSAGE_BYTES_MAX;
use crate::description::{Fingerprint, IceCredentials, RemoteDescription, Setup};
use crate::sdp::lines::SdpError;
use crate::sdp::parse;

/// What RFC 8841 assumes where nothing is written.
const MESSAGE_BYTES_ASSUMED: u64 = 64 * 1024;
/// The most candidates of one client we look at.
const CANDIDATES_MAX: usize = 64;

/// What a section carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
    /// Data channels.
    Application,
    /// Something we always reject.
    Other,
}

/// Which way media flows, seen from whoever wrote the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// Both ways; what a section without the attribute means.
    #[default]
    SendRecv,
    /// The writer sends.
    SendOnly,
    /// The writer receives.
    RecvOnly,
    /// Nobody sends.
    Inactive,
}

impl Direction {
    /// The word of the attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// Whether the writer sends.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the writer receives.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }
}

/// A payload type and what it means. Retransmission is no codec of its own here: the payload type
/// of its `rtx` line is in `rtx_pt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codec {
    /// The payload type.
    pub pt: u8,
    /// The name as written, such as `opus` or `VP8`; compare without case.
    pub name: String,
    /// Ticks of the RTP clock in a second.
    pub clock_rate: u32,
    /// Channels, where written.
    pub channels: Option<u8>,
    /// The `a=fmtp` value, empty if there is none.
    pub fmtp: String,
    /// The `a=rtcp-fb` values, such as `nack pli`; those for `*` included.
    pub feedback: Vec<String>,
    /// The payload type of its retransmissions.
    pub rtx_pt: Option<u8>,
}

impl Codec {
    /// Whether this is the codec of that name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// One parameter of the `fmtp` value.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let pairs = self.fmtp.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
    }

    /// Adds a parameter to the `fmtp` value, or replaces it.
    pub fn set_parameter(&mut self, name: &str, value: &str) {
        let is_other = |pair: &&str| {
            let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
            !pair.is_empty() && !key.trim().eq_ignore_ascii_case(name)
        };
        let mut pairs: Vec<String> = self.fmtp.split(';').map(str::trim).filter(is_other).map(str::to_owned).collect();
        pairs.push(format!("{name}={value}"));
        self.fmtp = pairs.join(";");
    }

    /// Whether the offer has this feedback, such as `nack pli`.
    #[must_use]
    pub fn has_feedback(&self, value: &str) -> bool {
        self.feedback.iter().any(|f| f == value)
    }
}

/// A header extension and its number in one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The number on the wire; 1 to 14 fit the one-byte form.
    pub id: u8,
    /// What it means.
    pub uri: String,
    /// The direction, where written.
    pub direction: Option<Direction>,
}

/// A stream id and a track id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Msid {
    /// The media stream; `-` for none.
    pub stream: String,
    /// The track; empty if only the stream was written.
    pub track: String,
}

/// What the `a=ssrc` lines say of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The source.
    pub ssrc: u32,
    /// Its canonical name.
    pub cname: Option<String>,
    /// Its stream and track.
    pub msid: Option<Msid>,
}

/// Sources that belong together, such as `FID` (media, retransmission) or `SIM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceGroup {
    /// The meaning.
    pub semantics: String,
    /// The sources, in order.
    pub ssrcs: Vec<u32>,
}

/// An `a=rid` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rid {
    /// The name.
    pub id: String,
    /// Whether the writer sends it (otherwise it receives it).
    pub sends: bool,
    /// What follows the direction, empty if nothing does.
    pub restrictions: String,
}

/// One alternative of a simulcast list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulcastStream {
    /// The rid.
    pub rid: String,
    /// It starts paused (`~`).
    pub paused: bool,
}

/// An `a=simulcast` line, in its order. Of alternatives of one stream only the first is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simulcast {
    /// What the writer sends.
    pub send: Vec<SimulcastStream>,
    /// What the writer receives.
    pub recv: Vec<SimulcastStream>,
}

/// What a section (or the session) says about the transport.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TransportLines {
    /// The ICE user name fragment.
    pub ufrag: Option<String>,
    /// The ICE password.
    pub password: Option<String>,
    /// The values of `a=ice-options`.
    pub ice_options: Vec<String>,
    /// The fingerprints we can compare.
    pub fingerprints: Vec<Fingerprint>,
    /// The part in the DTLS handshake.
    pub setup: Option<Setup>,
    /// The values of the `a=candidate` lines.
    pub candidates: Vec<String>,
    /// `a=end-of-candidates` was written.
    pub end_of_candidates: bool,
}

impl fmt::Debug for TransportLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportLines")
            .field("ufrag", &self.ufrag)
            .field("ice_options", &self.ice_options)
            .field("fingerprints", &self.fingerprints)
            .field("setup", &self.setup)
            .field("candidates", &self.candidates)
            .field("end_of_candidates", &self.end_of_candidates)
            .finish_non_exhaustive()
    }
}

/// One media section of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it carries.
    pub kind: Kind,
    /// Its name; empty if none was written, which leaves rejecting it.
    pub mid: String,
    /// The port is 0 and it is not merely bundled: the section is stopped.
    pub stopped: bool,
    /// It shares the one transport. A section that wants its own must be rejected.
    pub bundled: bool,
    /// The word after `m=`, needed to reject what we do not know.
    pub media: String,
    /// The protocol word of the `m=` line, such as `UDP/TLS/RTP/SAVPF`.
    pub protocol: String,
    /// The formats of the `m=` line as written.
    pub formats: Vec<String>,
    /// Which way the client wants media to flow.
    pub direction: Direction,
    /// The codecs in the client's order.
    pub codecs: Vec<Codec>,
    /// The header extensions.
    pub extensions: Vec<Extension>,
    /// The `a=msid` line.
    pub msid: Option<Msid>,
    /// The `a=ssrc` lines, one value for each source.
    pub sources: Vec<Source>,
    /// The `a=ssrc-group` lines.
    pub source_groups: Vec<SourceGroup>,
    /// The `a=rid` lines.
    pub rids: Vec<Rid>,
    /// The `a=simulcast` line.
    pub simulcast: Option<Simulcast>,
    /// `a=rtcp-mux` was written.
    pub rtcp_mux: bool,
    /// `a=rtcp-rsize` was written.
    pub rtcp_reduced_size: bool,
    /// `a=sctp-port`.
    pub sctp_port: Option<u16>,
    /// `a=max-message-size`; 0 means no limit.
    pub message_bytes_max: Option<u64>,
    /// ICE and DTLS.
    pub transport: TransportLines,
}

impl Section {
    /// The codec with this payload type.
    #[must_use]
    pub fn codec(&self, pt: u8) -> Option<&Codec> {
        self.codecs.iter().find(|codec| codec.pt == pt)
    }

    /// The number of an extension.
    #[must_use]
    pub fn extension_id(&self, uri: &str) -> Option<u8> {
        self.extensions.iter().find(|extension| extension.uri == uri).map(|e| e.id)
    }

    /// The retransmission source that `a=ssrc-group:FID` pairs with a source.
    #[must_use]
    pub fn rtx_of(&self, ssrc: u32) -> Option<u32> {
        self.source_groups.iter().find_map(|group| match group.ssrcs.as_slice() {
            [media, rtx] if group.semantics == "FID" && *media == ssrc => Some(*rtx),
            _ => None,
        })
    }

    /// The stream and track the client sends: the `a=msid` line or the first source's.
    #[must_use]
    pub fn sent_msid(&self) -> Option<&Msid> {
        self.msid.as_ref().or_else(|| self.sources.iter().find_map(|s| s.msid.as_ref()))
    }
}

/// A client's offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The session's number in the `o=` line.
    pub session_id: String,
    /// The version in the `o=` line.
    pub session_version: String,
    /// The mids of the `BUNDLE` group, in order.
    pub bundle: Vec<String>,
    /// The client is ICE-lite.
    pub ice_lite: bool,
    /// `a=extmap-allow-mixed` was written for the session.
    pub extmap_allow_mixed: bool,
    /// ICE and DTLS as the session has them; sections override them.
    pub transport: TransportLines,
    /// The sections in order.
    pub sections: Vec<Section>,
}

impl Offer {
    /// Reads an offer.
    pub fn parse(text: &str) -> Result<Self, SdpError> {
        parse::offer(text)
    }

    /// The section of that name.
    #[must_use]
    pub fn section(&self, mid: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.mid == mid)
    }

    /// What transport needs to know of the client: the lines of the first live section, with the
    /// session's where it has none.
    pub fn transport(&self) -> Result<RemoteDescription, SdpError> {
        let live = |section: &&Section| !section.stopped;
        let first = self.sections.iter().find(live).ok_or(SdpError::Missing("a live section"))?;
        let (own, session) = (&first.transport, &self.transport);
        let credentials = IceCredentials {
            ufrag: own.ufrag.clone().or_else(|| session.ufrag.clone()).unwrap_or_default(),
            password: own.password.clone().or_else(|| session.password.clone()).unwrap_or_default(),
        };
        if !credentials.is_valid() {
            return Err(SdpError::Missing("usable ICE credentials"));
        }
        let fingerprints = if own.fingerprints.is_empty() { &session.fingerprints } else { &own.fingerprints };
        if fingerprints.is_empty() {
            return Err(SdpError::Missing("an acceptable fingerprint"));
        }
        let data = self.sections.iter().filter(live).find(|s| s.kind == Kind::Application);
        let limit = data.and_then(|s| s.message_bytes_max).unwrap_or(MESSAGE_BYTES_ASSUMED);
        let limit = usize::try_from(limit).unwrap_or(MESSAGE_BYTES_MAX);
        let mut candidates = session.candidates.clone();
        candidates.extend(self.sections.iter().flat_map(|s| s.transport.candidates.clone()));
        candidates.truncate(CANDIDATES_MAX);
        Ok(RemoteDescription {
            credentials,
            ice_lite: self.ice_lite,
            fingerprints: fingerprints.clone(),
            setup: own.setup.or(session.setup).unwrap_or(Setup::ActPass),
            sctp_port: data.and_then(|s| s.sctp_port),
            message_bytes_max: match limit {
                0 => MESSAGE_BYTES_MAX,
                limit => limit.min(MESSAGE_BYTES_MAX),
            },
            candidates,
        })
    }
}
