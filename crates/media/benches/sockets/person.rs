//! A light client: it signs in, negotiates, proves itself, sends frames of a camera, counts what arrives and reports it
//! as browsers do. It decodes and decrypts nothing, so that a hundred of them fit beside the server.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol as proto;
use prost::Message as _;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;
use sfu::rtcp::Writer;
use sfu::rtp::{Elements, Fields, Header, write_packet};
use sfu::srtp::Sealer;
use sfu::twcc::Recorder;
use sfu::{SrtpProfile, low16, low32};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};
use transport::sdp::Offer;
use transport::{Certificate, DtlsRole, IceCredentials, LocalCandidate, Packet, Peer, PeerConfig, PeerEvent, Protocol, Received, classify};

use crate::line::Line;
use crate::sdp::{self, PAYLOAD_TYPE, SSRC, TRANSPORT_CC};

/// Bytes of a packet's payload, as Chromium cuts them.
pub(crate) const PAYLOAD_BYTES: usize = 1_172;
const PING_EVERY: Duration = Duration::from_secs(5);
const DATAGRAM_BYTES_MAX: usize = 1_500;

/// How somebody gets in.
pub(crate) struct Entry<'a> {
    pub(crate) server: SocketAddr,
    pub(crate) token: &'a str,
    pub(crate) number: usize,
    pub(crate) camera: bool,
    /// Pictures of others it will show.
    pub(crate) places: usize,
    pub(crate) certificate: Arc<Certificate>,
}

pub(crate) struct Person {
    signal: WebSocket<TcpStream>,
    line: Line,
    peer: Peer,
    certificate: Arc<Certificate>,
    credentials: IceCredentials,
    camera: bool,
    places: usize,
    offers: u32,
    described: bool,
    server: Option<SocketAddr>,
    sealer: Option<Sealer>,
    profile: SrtpProfile,
    recorder: Recorder,
    sent: u64,
    frames: u64,
    pings_at: Instant,
    pub(crate) received: u64,
}

impl Person {
    pub(crate) fn enter(entry: Entry<'_>, now: Instant) -> Person {
        let Entry { server, token, number, camera, places, certificate } = entry;
        let stream = TcpStream::connect(server).expect("the server listens");
        stream.set_nodelay(true).expect("every socket can");
        let url = format!("ws://{server}/rtc/v1?access_token={token}&sdk=js&protocol=16&auto_subscribe=1");
        let (signal, _) = tungstenite::client(url, stream).expect("the server lets us in");
        signal.get_ref().set_nonblocking(true).expect("every socket can");
        let line = Line::open();
        let credentials = IceCredentials { ufrag: format!("user{number}"), password: format!("a-long-enough-password-{number}") };
        let config = PeerConfig {
            credentials: credentials.clone(),
            candidates: vec![LocalCandidate { addr: line.address(), protocol: Protocol::Udp }],
            certificate: certificate.clone(),
            lite: false,
            role: DtlsRole::Client,
        };
        let mut person = Person {
            signal,
            line,
            peer: Peer::new(config, now),
            certificate,
            credentials,
            camera,
            places,
            offers: 0,
            described: false,
            server: None,
            sealer: None,
            profile: SrtpProfile::AeadAes128Gcm,
            recorder: Recorder::new(),
            sent: 0,
            frames: 0,
            pings_at: now + PING_EVERY,
            received: 0,
        };
        if camera {
            person.announce();
        }
        person.offer();
        person
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.sealer.is_some()
    }

    /// What media is sealed with.
    pub(crate) fn profile(&self) -> SrtpProfile {
        self.profile
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    fn announce(&mut self) {
        let track = proto::AddTrackRequest {
            cid: sdp::CID.to_owned(),
            name: sdp::CID.to_owned(),
            r#type: proto::TrackType::Video as i32,
            source: proto::TrackSource::Camera as i32,
            width: 640,
            height: 360,
            ..proto::AddTrackRequest::default()
        };
        self.say(Request::AddTrack(track));
    }

    fn offer(&mut self) {
        self.offers += 1;
        let sdp = sdp::offer(&self.credentials, self.certificate.fingerprint(), self.camera, self.places, self.offers);
        let description = proto::SessionDescription { r#type: "offer".to_owned(), sdp, id: self.offers, ..Default::default() };
        self.say(Request::Offer(description));
    }

    fn say(&mut self, request: Request) {
        let request = proto::SignalRequest { message: Some(request) };
        self.signal.send(Message::Binary(request.encode_to_vec().into())).expect("the server listens");
    }

    /// Takes what the server said.
    pub(crate) fn listen(&mut self, now: Instant) {
        loop {
            match self.signal.read() {
                Ok(Message::Binary(bytes)) => {
                    let response = proto::SignalResponse::decode(bytes.as_ref()).expect("the server speaks protobuf");
                    self.told(response.message, now);
                }
                Ok(Message::Close(_)) => panic!("the server closed the connection"),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("signalling broke: {error}"),
            }
        }
        if self.pings_at <= now {
            self.pings_at = now + PING_EVERY;
            self.say(Request::Ping(1));
        }
    }

    fn told(&mut self, response: Option<Response>, now: Instant) {
        match response {
            Some(Response::Answer(answer)) if !self.described => {
                let answer = Offer::parse(&answer.sdp).expect("the answer is well formed");
                let remote = answer.transport().expect("the answer has a transport");
                self.peer.set_remote(&remote, now).expect("the answer can be used");
                self.described = true;
                self.drain(now);
            }
            Some(Response::MediaSectionsRequirement(more)) => {
                self.places += more.num_videos as usize;
                self.offer();
            }
            Some(Response::Leave(leave)) => panic!("sent away: {leave:?}"),
            _ => {}
        }
    }

    /// Takes the datagrams that wait, reports them, and lets time pass.
    pub(crate) fn handle(&mut self, now: Instant) {
        let Person { line, peer, recorder, received, server, .. } = self;
        let destination = line.address();
        line.receive(|bytes| match classify(bytes) {
            Packet::Rtp => {
                *received += 1;
                // Padding is inside what is encrypted.
                bytes[0] &= !0x20;
                let header = Header::parse(bytes).expect("the server writes headers");
                if let Some([high, low]) = header.extension(bytes, TRANSPORT_CC) {
                    recorder.record(u16::from_be_bytes([*high, *low]), now);
                }
            }
            Packet::Stun | Packet::Dtls => {
                if let Some(source) = *server {
                    let input = Received { source, destination, protocol: Protocol::Udp, bytes };
                    // What comes twice is dropped.
                    let _ = peer.handle_input(input, now);
                }
            }
            Packet::Rtcp | Packet::Other => {}
        });
        if self.peer.poll_timeout().is_some_and(|at| at <= now) {
            self.peer.handle_timeout(now);
        }
        self.drain(now);
        self.report(now);
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        [self.peer.poll_timeout(), self.recorder.poll_timeout(), Some(self.pings_at)].into_iter().flatten().min()
    }

    fn drain(&mut self, _now: Instant) {
        while let Some(transmit) = self.peer.poll_transmit() {
            if transmit.protocol == Protocol::Udp && transmit.destination.ip().is_loopback() {
                self.server = Some(transmit.destination);
                self.line.send(&transmit.bytes, transmit.destination);
            }
        }
        while let Some(event) = self.peer.poll_event() {
            if let PeerEvent::Keys(keys) = event {
                let profile = match keys.profile {
                    transport::SrtpProfile::AeadAes128Gcm => SrtpProfile::AeadAes128Gcm,
                    transport::SrtpProfile::AeadAes256Gcm => SrtpProfile::AeadAes256Gcm,
                    transport::SrtpProfile::AesCm128Sha1_80 => SrtpProfile::AesCm128HmacSha1,
                };
                self.profile = profile;
                self.sealer = Some(Sealer::new(profile, &keys.local_key, &keys.local_salt).expect("good keys"));
            }
        }
    }

    /// Transport-wide feedback, as often as browsers give it.
    fn report(&mut self, now: Instant) {
        let (Some(sealer), Some(server)) = (self.sealer.as_mut(), self.server) else {
            return;
        };
        if !self.recorder.is_due(now) {
            return;
        }
        loop {
            let mut buffer = [0; DATAGRAM_BYTES_MAX];
            let mut writer = Writer::new(&mut buffer);
            if !self.recorder.write(SSRC, SSRC, &mut writer) {
                return;
            }
            let written = writer.written();
            let sealed = sealer.seal_rtcp(&mut buffer, written).expect("room for the tag");
            self.line.send(&buffer[..sealed], server);
        }
    }

    /// Sends one frame of the camera.
    pub(crate) fn film(&mut self, packets: usize) {
        let (Some(sealer), Some(server)) = (self.sealer.as_mut(), self.server) else {
            return;
        };
        let key = self.frames.is_multiple_of(u64::from(crate::FRAMES_PER_S) * 2);
        let stream = sealer.stream(SSRC).expect("one stream");
        for at in 0..packets {
            let [high, low] = low16(self.frames).to_be_bytes();
            let start = if at == 0 { 0x90 } else { 0x80 };
            let mut payload = vec![start, 0xE0, high | 0x80, low, low, 0];
            payload.extend(if key && at == 0 { [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 0, 64, 0] } else { [0x11; 10] });
            // Browsers cut frames into equal packets, the later ones one byte longer.
            payload.resize(PAYLOAD_BYTES - usize::from(at < packets / 2), 0xAB);
            let transport = low16(self.sent).to_be_bytes();
            let mut elements = Elements::new();
            elements.push(TRANSPORT_CC, &transport);
            let fields = Fields {
                marker: at + 1 == packets,
                payload_type: PAYLOAD_TYPE,
                sequence: low16(self.sent),
                timestamp: low32(self.frames * 3_000),
                ssrc: SSRC,
            };
            let mut buffer = [0; DATAGRAM_BYTES_MAX];
            let length = write_packet(&mut buffer, &fields, &elements, &payload).expect("fits");
            let sealed = sealer.seal_rtp(stream, &mut buffer, length).expect("fresh numbers");
            self.line.send(&buffer[..sealed], server);
            self.sent += 1;
        }
        self.frames += 1;
    }
}
