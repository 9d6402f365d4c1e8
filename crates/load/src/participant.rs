//! One simulated participant: a client of `sim`, its UDP socket and its signal connection. Thin and dull: it
//! feeds one thing, drains, and waits.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use sim::{Camera, Client, ClientConfig, Protocol, Sound, ToServer, Told, Traffic, Transmit};
use tokio::net::UdpSocket;
use tokio_tungstenite::tungstenite::Message;

use crate::now;
use crate::options::{Options, Switch, Video};
use crate::signal::{self, Socket};

/// The largest datagram.
const DATAGRAM_BYTES_MAX: usize = 2_048;
/// Datagrams taken at once before anything else gets its turn.
const BATCH_MAX: usize = 64;
/// Complaints that are kept.
const COMPLAINTS_MAX: usize = 4;
/// How long saying goodbye may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// What one participant does.
pub(crate) struct Plan {
    url: String,
    server: SocketAddr,
    allowed: BTreeSet<IpAddr>,
    token: String,
    index: u32,
    epoch: Instant,
    begins: Instant,
    ends: Instant,
    camera: Option<Camera>,
    microphone: bool,
}

/// What became of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// From the beginning to the server's first word.
    pub(crate) joined: Option<Duration>,
    /// From the beginning to media.
    pub(crate) connected: Option<Duration>,
    /// From the beginning to the first picture.
    pub(crate) first_frame: Option<Duration>,
    /// How long it was connected.
    pub(crate) time: Duration,
    pub(crate) traffic: Traffic,
    pub(crate) frames: u64,
    pub(crate) freezes: u64,
    pub(crate) longest_gap: Duration,
    pub(crate) sources: usize,
    pub(crate) voices: usize,
    pub(crate) voice_lost: u64,
    pub(crate) voice_heard: u64,
    pub(crate) resumes: u32,
    pub(crate) complaints: Vec<String>,
}

impl Plan {
    pub(crate) fn new(
        options: &Options,
        server: SocketAddr,
        index: u32,
        epoch: Instant,
        begins: Instant,
        ends: Instant,
    ) -> Result<Plan, String> {
        let publishes = options.publishes(index);
        let camera = match options.video {
            Video::Low => Some(Camera::LOW),
            Video::High => Some(Camera::HIGH),
            Video::Off => None,
        };
        Ok(Plan {
            url: options.url.clone(),
            server,
            allowed: options.media_address.iter().copied().chain([server.ip()]).collect(),
            token: options.token_of(index)?,
            index,
            epoch,
            begins,
            ends,
            camera: camera.filter(|_| publishes),
            microphone: publishes && options.audio == Switch::On,
        })
    }
}

/// Joins, publishes, watches, and leaves when the time is over.
pub(crate) async fn take_part(plan: Plan) -> Outcome {
    tokio::time::sleep_until(plan.begins.into()).await;
    let mut seat = match Seat::new(plan).await {
        Ok(seat) => seat,
        Err(error) => return Outcome { complaints: vec![error], ..Outcome::default() },
    };
    seat.run().await;
    seat.outcome()
}

struct Seat {
    plan: Plan,
    client: Client,
    media: UdpSocket,
    address: SocketAddr,
    signal: Option<Socket>,
    outcome: Outcome,
    connected_at: Option<Instant>,
}

/// What woke a participant.
enum Wake {
    Due,
    Datagram(std::io::Result<(usize, SocketAddr)>),
    Signal(Option<Message>),
    Over,
}

impl Seat {
    async fn new(plan: Plan) -> Result<Seat, String> {
        let text = |error: std::io::Error| error.to_string();
        let any = if plan.server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        // A connected socket tells which of our addresses leads to the server; nothing is sent for that.
        let probe = UdpSocket::bind(any).await.map_err(text)?;
        probe.connect(plan.server).await.map_err(text)?;
        let own = probe.local_addr().map_err(text)?.ip();
        let media = UdpSocket::bind((own, 0)).await.map_err(text)?;
        let address = media.local_addr().map_err(text)?;
        let config = ClientConfig {
            address,
            source: plan.index * 4,
            seed: u64::from(plan.index),
            epoch: plan.epoch,
            auto_subscribe: true,
            adaptive_stream: false,
            native: false,
            sound: Sound::Redundant,
            repeatable: false,
        };
        let client = Client::new(config, now());
        Ok(Seat { plan, client, media, address, signal: None, outcome: Outcome::default(), connected_at: None })
    }

    async fn run(&mut self) {
        if self.plan.microphone {
            self.client.publish_microphone(now());
        }
        if let Some(camera) = self.plan.camera {
            self.client.publish_camera(camera, now());
        }
        self.client.join(now());
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            self.drain().await;
            match self.wait(&mut buffer).await {
                Wake::Due => self.client.handle_timeout(now()),
                Wake::Datagram(received) => self.take(received, &mut buffer),
                Wake::Signal(Some(Message::Binary(bytes))) => self.client.handle_signal(&bytes, now()),
                Wake::Signal(Some(Message::Close(_)) | None) => {
                    self.signal = None;
                    self.client.signal_closed(now());
                }
                Wake::Signal(Some(_)) => {}
                Wake::Over => break,
            }
        }
        self.client.leave(now());
        // Whether the farewell arrives changes nothing any more.
        let _ = tokio::time::timeout(FAREWELL, self.drain()).await;
    }

    async fn wait(&mut self, buffer: &mut [u8]) -> Wake {
        let ends = self.plan.ends;
        let due = self.client.poll_timeout().unwrap_or(ends).min(ends);
        if now() >= ends {
            return Wake::Over;
        }
        let signal = async {
            match self.signal.as_mut() {
                Some(socket) => socket.next().await.and_then(Result::ok),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            message = signal => Wake::Signal(message),
            received = self.media.recv_from(buffer) => Wake::Datagram(received),
            () = tokio::time::sleep_until(due.into()) => Wake::Due,
        }
    }

    fn take(&mut self, received: std::io::Result<(usize, SocketAddr)>, buffer: &mut [u8]) {
        let mut next = received;
        for _ in 0..BATCH_MAX {
            let Ok((length, source)) = next else { return };
            if let Some(bytes) = buffer.get(..length).filter(|_| self.plan.allowed.contains(&source.ip())) {
                let datagram = Transmit { source, destination: self.address, protocol: Protocol::Udp, bytes: bytes.to_vec() };
                self.client.handle_datagram(&datagram, now());
            }
            next = self.media.try_recv_from(buffer);
        }
    }

    async fn drain(&mut self) {
        while let Some(transmit) = self.client.poll_transmit() {
            if !self.plan.allowed.contains(&transmit.destination.ip()) {
                continue;
            }
            match self.media.send_to(&transmit.bytes, transmit.destination).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => self.complain(error.to_string()),
            }
        }
        while let Some(told) = self.client.poll_told() {
            self.note(told);
        }
        while let Some(signal) = self.client.poll_signal() {
            self.say(signal).await;
        }
    }

    async fn say(&mut self, signal: ToServer) {
        match signal {
            ToServer::Connect(request) => {
                self.signal = None;
                match signal::open(&self.plan.url, self.plan.server, &self.plan.token, &request).await {
                    Ok(socket) => self.signal = Some(socket),
                    Err(error) => {
                        self.complain(error);
                        self.client.signal_closed(now());
                    }
                }
            }
            ToServer::Message(bytes) => {
                let Some(socket) = self.signal.as_mut() else { return };
                if socket.send(Message::Binary(bytes.into())).await.is_err() {
                    self.signal = None;
                    self.client.signal_closed(now());
                }
            }
            ToServer::Close => {
                if let Some(mut socket) = self.signal.take() {
                    // A connection that cannot be closed is closed already.
                    let _ = socket.close(None).await;
                }
            }
        }
    }

    fn note(&mut self, told: Told) {
        let since = now().saturating_duration_since(self.plan.begins);
        match told {
            Told::Joined => {
                self.outcome.joined.get_or_insert(since);
            }
            Told::Connected => {
                self.outcome.connected.get_or_insert(since);
                self.connected_at.get_or_insert(now());
            }
            Told::Resumed | Told::StartedAnew => self.outcome.resumes += 1,
            Told::Left(reason) => self.complain(format!("sent away: {reason}")),
            Told::Complaint(what) => self.complain(what),
            Told::Published(_) | Told::Data(_) => {}
        }
    }

    fn complain(&mut self, what: String) {
        if self.outcome.complaints.len() < COMPLAINTS_MAX {
            self.outcome.complaints.push(what);
        }
    }

    fn outcome(self) -> Outcome {
        let mut outcome = self.outcome;
        outcome.time = self.connected_at.map_or(Duration::ZERO, |at| now().saturating_duration_since(at));
        outcome.traffic = self.client.traffic();
        for (_, seen) in self.client.videos() {
            outcome.sources += 1;
            outcome.frames += seen.frames;
            outcome.freezes += seen.freezes;
            outcome.longest_gap = outcome.longest_gap.max(seen.longest_gap);
            let first = seen.first_at.map(|at| at.saturating_duration_since(self.plan.begins));
            outcome.first_frame = [outcome.first_frame, first].into_iter().flatten().min();
        }
        for (_, heard) in self.client.audios() {
            outcome.voices += 1;
            outcome.voice_heard += heard.packets;
            outcome.voice_lost += heard.lost();
        }
        outcome
    }
}
