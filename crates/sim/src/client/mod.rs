//! A LiveKit client with one peer connection, as a machine: it joins, negotiates, publishes numbered frames, says
//! what it saw, and comes back when its signal connection is lost. It is fed with signal messages, datagrams and
//! time, and drained by the `poll_*` calls; the simulator and the load tool drive the same one.

mod data;
mod handshake;
mod media;
mod negotiate;
mod session;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use livekit_protocol as proto;
use proto::signal_request::Message as Request;
use str0m::format::{Codec, FormatParams};
use str0m::media::{Frequency, MediaKind, Mid};
use str0m::{Candidate, Rtc};
use transport::Transmit;

use crate::Chance;
use crate::seen::{AudioSeen, Seen, VideoSeen};
use crate::source::{Camera, Maker, Publication};
use data::Channels;
pub use data::Delivered;
use negotiate::{Outstanding, Wanted};

/// How a client shall be.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Its own address.
    pub address: SocketAddr,
    /// Its sources are numbered from here: camera, microphone, screen.
    pub source: u32,
    /// Where its choices come from.
    pub seed: u64,
    /// The moment that all clients count capture times from.
    pub epoch: Instant,
    /// Subscribes to everything that is published.
    pub auto_subscribe: bool,
    /// Says that it will tell the sizes it shows; until then it gets the lowest layer.
    pub adaptive_stream: bool,
    /// Passes for a native client rather than a browser.
    pub native: bool,
    /// How its sound is made proof against loss.
    pub sound: Sound,
    /// Leaves nothing but keys and signatures to chance, for rooms in virtual time; never over sockets.
    pub repeatable: bool,
}

/// How sound is sent and received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sound {
    /// Opus and nothing else.
    Plain,
    /// Each packet repeats the one before it, as browsers do.
    #[default]
    Redundant,
    /// What is lost is asked for again.
    Repaired,
}

/// What goes to the server besides datagrams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToServer {
    /// Open a signal connection with this `join_request`; an older one is abandoned.
    Connect(String),
    /// A binary frame for the signal connection.
    Message(Vec<u8>),
    /// Close the signal connection.
    Close,
}

/// What a client tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The server let it in.
    Joined,
    /// Media and data can flow.
    Connected,
    /// The session went on over a new signal connection.
    Resumed,
    /// The server wants a fresh session, which is begun.
    StartedAnew,
    /// The session is over; the reason is `DisconnectReason`'s number.
    Left(i32),
    /// A track of its own got its id.
    Published(String),
    /// Data came in.
    Data(Delivered),
    /// Something that must not happen.
    Complaint(String),
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Joining,
    Joined,
    /// The signal connection is lost; a new one is opened then.
    Lost(Instant),
    Resuming,
    Over,
}

/// The client.
pub struct Client {
    config: ClientConfig,
    chance: Chance,
    rtc: Rtc,
    due: Option<Instant>,
    phase: Phase,
    connected: bool,
    sid: String,
    others: BTreeMap<String, proto::ParticipantInfo>,
    sections: Vec<(Mid, MediaKind)>,
    assigned: BTreeMap<String, String>,
    outstanding: Option<Outstanding>,
    wanted: Wanted,
    offer_id: u32,
    held: Vec<Request>,
    publications: Vec<Publication>,
    closing: Vec<Mid>,
    publishes: u32,
    seen: Seen,
    channels: Channels,
    speakers: Vec<String>,
    ping_at: Instant,
    heard_at: Instant,
    looked_at: Instant,
    signals: VecDeque<ToServer>,
    transmits: VecDeque<Transmit>,
    told: VecDeque<Told>,
    traffic: Traffic,
    flows: BTreeMap<u32, Flow>,
}

/// What went over the wire, headers of UDP and IP not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Datagrams sent.
    pub packets_out: u64,
    /// Bytes sent.
    pub bytes_out: u64,
    /// Datagrams received.
    pub packets_in: u64,
    /// Bytes received.
    pub bytes_in: u64,
    /// Media packets that should have come in by their sequence numbers.
    pub media_expected: u64,
    /// Media packets that did, retransmitted ones included.
    pub media_received: u64,
}

#[derive(Clone, Copy, Debug)]
struct Flow {
    first: u64,
    newest: u64,
    received: u64,
}

impl Client {
    /// A client that has not joined yet.
    #[must_use]
    pub fn new(config: ClientConfig, now: Instant) -> Client {
        let rtc = new_rtc(&config, now);
        Client {
            chance: Chance::new(config.seed),
            rtc,
            due: Some(now),
            phase: Phase::New,
            connected: false,
            sid: String::new(),
            others: BTreeMap::new(),
            sections: Vec::new(),
            assigned: BTreeMap::new(),
            outstanding: None,
            wanted: Wanted::at_first(),
            offer_id: 0,
            held: Vec::new(),
            publications: Vec::new(),
            closing: Vec::new(),
            publishes: 0,
            seen: Seen::default(),
            channels: Channels::default(),
            speakers: Vec::new(),
            ping_at: now,
            heard_at: now,
            looked_at: now,
            signals: VecDeque::new(),
            transmits: VecDeque::new(),
            told: VecDeque::new(),
            traffic: Traffic::default(),
            flows: BTreeMap::new(),
            config,
        }
    }

    /// Publishes a camera. Returns the name the client knows it by.
    pub fn publish_camera(&mut self, camera: Camera, now: Instant) -> String {
        let first = self.first_number();
        let maker = Maker::camera(camera, self.config.source, first, &mut self.chance, now);
        self.publish("camera", maker, false)
    }

    /// Publishes a screen as one picture.
    pub fn publish_screen(&mut self, camera: Camera, now: Instant) -> String {
        let first = self.first_number();
        let maker = Maker::camera(camera, self.config.source + 2, first, &mut self.chance, now);
        self.publish("screen", maker, true)
    }

    /// Publishes a microphone.
    pub fn publish_microphone(&mut self, now: Instant) -> String {
        let first = self.first_number();
        let maker = Maker::microphone(self.config.source + 1, first, &mut self.chance, now);
        self.publish("microphone", maker, false)
    }

    /// The video of a camera or screen, as far as this client saw it.
    #[must_use]
    pub fn video(&self, source: u32) -> VideoSeen {
        self.seen.video.get(&source).cloned().unwrap_or_default()
    }

    /// The audio of a microphone, as far as this client heard it.
    #[must_use]
    pub fn audio(&self, source: u32) -> AudioSeen {
        self.seen.audio.get(&source).cloned().unwrap_or_default()
    }

    /// All video seen, by source.
    pub fn videos(&self) -> impl Iterator<Item = (u32, &VideoSeen)> {
        self.seen.video.iter().map(|(source, seen)| (*source, seen))
    }

    /// All audio heard, by source.
    pub fn audios(&self) -> impl Iterator<Item = (u32, &AudioSeen)> {
        self.seen.audio.iter().map(|(source, seen)| (*source, seen))
    }

    /// Counts anew from here.
    pub fn forget(&mut self) {
        self.seen.forget();
    }

    /// The others it knows of, by identity.
    #[must_use]
    pub fn others(&self) -> &BTreeMap<String, proto::ParticipantInfo> {
        &self.others
    }

    /// Identities and sids of those who speak, as the server says.
    #[must_use]
    pub fn speakers(&self) -> &[String] {
        &self.speakers
    }

    /// Its own participant id.
    #[must_use]
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// Media and data can flow.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// Sections to receive in.
    #[must_use]
    pub fn sections(&self) -> usize {
        self.sections.len()
    }

    /// The server's id of one of its tracks.
    #[must_use]
    pub fn track_sid(&self, cid: &str) -> Option<&str> {
        self.publications.iter().find(|known| known.cid == cid)?.sid.as_deref()
    }

    /// The layers of a camera that the server wants, lowest first.
    #[must_use]
    pub fn enabled_layers(&self, cid: &str) -> Vec<bool> {
        let film = self.publications.iter().find(|known| known.cid == cid).and_then(|known| match &known.maker {
            Maker::Camera(film) => Some(film),
            Maker::Microphone(_) => None,
        });
        film.map(|film| film.layers.iter().map(|reel| reel.enabled).collect()).unwrap_or_default()
    }

    /// What went over the wire so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let mut traffic = self.traffic;
        for flow in self.flows.values() {
            traffic.media_expected += flow.newest + 1 - flow.first;
            traffic.media_received += flow.received;
        }
        traffic
    }

    /// What to tell the server.
    pub fn poll_signal(&mut self) -> Option<ToServer> {
        self.signals.pop_front()
    }

    /// What to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// What happened.
    pub fn poll_told(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    /// When [`Client::handle_timeout`] is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        if matches!(self.phase, Phase::New | Phase::Over) {
            return None;
        }
        let lost = if let Phase::Lost(at) = self.phase { Some(at) } else { None };
        let made = self.publications.iter().filter(|known| known.live && self.connected).map(|known| known.maker.due()).min();
        let looks = self.connected.then_some(self.looked_at + LOOK_EVERY);
        [self.due, lost, made, looks, Some(self.ping_at)].into_iter().flatten().min()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if matches!(self.phase, Phase::New | Phase::Over) {
            return;
        }
        self.keep_alive(now);
        self.make_media(now);
        self.look(now);
        self.drive(now);
    }

    /// What is published later is numbered higher, so that nobody takes it for something old.
    fn first_number(&mut self) -> u32 {
        self.publishes += 1;
        self.publishes * NUMBERS_OF_ONE
    }

    fn complain(&mut self, what: impl Into<String>) {
        self.told.push_back(Told::Complaint(what.into()));
    }
}

/// Numbers that each publication has to itself.
const NUMBERS_OF_ONE: u32 = 10_000_000;
/// How often a client looks whether its pictures move.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Payload types of sound that can be asked for again.
const REPAIRED_PT: u8 = 111;
const REPAIRS_PT: u8 = 112;

fn new_rtc(config: &ClientConfig, now: Instant) -> Rtc {
    let mut building = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_vp8(true);
    building = match config.sound {
        Sound::Plain => building.enable_opus(true, false),
        Sound::Redundant => building.enable_opus(true, true),
        Sound::Repaired => {
            let codecs = building.codec_config();
            let format = FormatParams { use_inband_fec: Some(true), ..FormatParams::default() };
            codecs.add_config(REPAIRED_PT.into(), Some(REPAIRS_PT.into()), Codec::Opus, Frequency::FORTY_EIGHT_KHZ, Some(2), format);
            codecs.iter_mut().filter(|params| params.spec().codec == Codec::Opus).for_each(|params| params.set_fb_nack(true));
            // str0m repairs sound only under another source; browsers do it under the same one, and so does this client.
            building.enable_raw_packets(true)
        }
    };
    if config.repeatable {
        building = building.set_crypto_provider(handshake::repeatable());
    }
    let mut rtc = building.build(now);
    if let Ok(candidate) = Candidate::host(config.address, "udp") {
        rtc.add_local_candidate(candidate);
    }
    rtc
}
