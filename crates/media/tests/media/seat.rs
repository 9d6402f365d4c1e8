//! Somebody in a room: a client of `sim` with its signalling socket and a way for its media. It runs as a task and
//! shows what it sees.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use sim::{Camera, Client, ClientConfig, Protocol, Sound, ToServer, Told, Transmit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use transport::rfc4571::{self, Deframer};

use crate::stage::{Stage, now, token};

/// A machine with little time still gets there.
const WITHIN: Duration = Duration::from_secs(60);
const DATAGRAM_BYTES_MAX: usize = 65_535;

/// How media travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Udp,
    /// Everything in one stream, as for a client whose network blocks UDP.
    Tcp,
}

/// What somebody sees.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) connected: bool,
    /// Frames of all others.
    pub(crate) frames: u64,
    /// Packets of all voices.
    pub(crate) sounds: u64,
    pub(crate) complaints: Vec<String>,
}

pub(crate) struct Seat {
    view: watch::Receiver<View>,
    /// Bytes to send beside everything the client sends.
    rubbish: mpsc::Sender<Vec<u8>>,
    task: JoinHandle<()>,
}

enum Line {
    Udp(UdpSocket),
    Tcp(TcpStream, Deframer),
}

struct Person {
    client: Client,
    door: SocketAddr,
    token: String,
    signal: Option<WebSocketStream<TcpStream>>,
    line: Line,
    address: SocketAddr,
    server: SocketAddr,
    view: View,
}

impl Seat {
    /// Comes in with camera and microphone.
    pub(crate) async fn take(stage: &Stage, room: &str, number: u32, way: Way) -> Seat {
        let (line, address) = match way {
            Way::Udp => {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
                let address = socket.local_addr().expect("it is bound");
                (Line::Udp(socket), address)
            }
            Way::Tcp => {
                let stream = TcpStream::connect(stage.tcp()).await.expect("the server listens");
                stream.set_nodelay(true).expect("every socket can");
                let address = stream.local_addr().expect("it is bound");
                (Line::Tcp(stream, Deframer::new()), address)
            }
        };
        let begin = now();
        let config = ClientConfig {
            address,
            source: number * 4,
            seed: u64::from(number) + 1,
            epoch: begin,
            auto_subscribe: true,
            adaptive_stream: false,
            native: false,
            sound: Sound::default(),
            repeatable: false,
        };
        let mut client = Client::new(config, begin);
        client.publish_microphone(begin);
        client.publish_camera(Camera::LOW, begin);
        client.join(begin);
        let (show, view) = watch::channel(View::default());
        let (rubbish, to_send) = mpsc::channel(64);
        let person = Person {
            client,
            door: stage.door,
            token: token(room, &format!("person-{number}")),
            signal: None,
            line,
            address,
            server: stage.udp(),
            view: View::default(),
        };
        Seat { view, rubbish, task: tokio::spawn(person.stay(show, to_send)) }
    }

    /// Waits until what it sees is so.
    pub(crate) async fn until(&mut self, what: &str, so: impl FnMut(&View) -> bool) -> View {
        let waiting = async { self.view.wait_for(so).await.map(|view| view.clone()).ok() };
        match tokio::time::timeout(WITHIN, waiting).await {
            Ok(Some(view)) => view,
            Ok(None) => panic!("{what}: the client has ended"),
            Err(_) => panic!("{what}: not so after {WITHIN:?}: {:?}", *self.view.borrow()),
        }
    }

    /// Waits until pictures and sounds went on for a while.
    pub(crate) async fn goes_on(&mut self, what: &str) {
        let View { frames, sounds, .. } = self.view.borrow().clone();
        self.until(what, |view| view.frames > frames + 10 && view.sounds > sounds + 10).await;
    }

    /// Sends something from the client's own address.
    pub(crate) async fn throw(&self, bytes: Vec<u8>) {
        self.rubbish.send(bytes).await.expect("the client runs");
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Person {
    async fn stay(mut self, show: watch::Sender<View>, mut rubbish: mpsc::Receiver<Vec<u8>>) {
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            self.drain().await;
            self.look();
            show.send_replace(self.view.clone());
            let due = self.client.poll_timeout().unwrap_or_else(|| now() + WITHIN);
            let Person { signal, line, .. } = &mut self;
            let heard = async {
                match signal.as_mut() {
                    Some(socket) => socket.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                message = heard => match message {
                    Some(Ok(Message::Binary(bytes))) => self.client.handle_signal(&bytes, now()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => {
                        self.signal = None;
                        self.client.signal_closed(now());
                    }
                    Some(Ok(_)) => {}
                },
                packets = line.receive(&mut buffer) => self.take(packets),
                Some(bytes) = rubbish.recv() => self.line.send(&bytes, self.server).await,
                () = tokio::time::sleep_until(due.into()) => self.client.handle_timeout(now()),
            }
        }
    }

    fn take(&mut self, packets: Vec<Vec<u8>>) {
        for bytes in packets {
            let datagram = Transmit { source: self.server, destination: self.address, protocol: Protocol::Udp, bytes };
            self.client.handle_datagram(&datagram, now());
        }
    }

    fn look(&mut self) {
        self.view.frames = self.client.videos().map(|(_, seen)| seen.frames).sum();
        self.view.sounds = self.client.audios().map(|(_, heard)| heard.packets).sum();
    }

    async fn drain(&mut self) {
        while let Some(transmit) = self.client.poll_transmit() {
            self.line.send(&transmit.bytes, transmit.destination).await;
        }
        while let Some(told) = self.client.poll_told() {
            match told {
                Told::Connected => self.view.connected = true,
                Told::Complaint(what) => self.view.complaints.push(what),
                _ => {}
            }
        }
        while let Some(signal) = self.client.poll_signal() {
            match signal {
                ToServer::Connect(request) => {
                    let stream = TcpStream::connect(self.door).await.expect("the door is open");
                    let url = format!("ws://{}/rtc/v1?access_token={}&join_request={request}", self.door, self.token);
                    self.signal = Some(client_async(url, stream).await.expect("let in").0);
                }
                ToServer::Message(bytes) => {
                    let Some(socket) = self.signal.as_mut() else { continue };
                    if socket.send(Message::Binary(bytes.into())).await.is_err() {
                        self.signal = None;
                        self.client.signal_closed(now());
                    }
                }
                ToServer::Close => self.signal = None,
            }
        }
    }
}

impl Line {
    /// At least one packet; may be dropped while it waits without losing any.
    async fn receive(&mut self, buffer: &mut [u8]) -> Vec<Vec<u8>> {
        match self {
            Line::Udp(socket) => {
                let (length, _) = socket.recv_from(buffer).await.expect("the socket works");
                vec![buffer[..length].to_vec()]
            }
            Line::Tcp(stream, deframer) => {
                let length = stream.read(buffer).await.expect("the stream works");
                assert!(length > 0, "the server closed the stream");
                let mut packets = Vec::new();
                deframer.push(&buffer[..length], |packet| packets.push(packet.to_vec())).expect("good frames");
                packets
            }
        }
    }

    async fn send(&mut self, bytes: &[u8], to: SocketAddr) {
        match self {
            Line::Udp(socket) => {
                // What the network does not take is lost.
                let _ = socket.send_to(bytes, to).await;
            }
            Line::Tcp(stream, _) => {
                let mut framed = Vec::new();
                rfc4571::frame(bytes, &mut framed).expect("short enough");
                stream.write_all(&framed).await.expect("the stream works");
            }
        }
    }
}
