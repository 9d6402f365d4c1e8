//! Opening the ports, starting the workers, and stopping them again.
//!
//! Everything that can fail does so here, before the first client is let in.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket as StdUdpSocket};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle, available_parallelism};

use axum::Router;
use kernel::metrics::Metrics;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use signalling::token::ApiKeys;
use signalling::{Limits, Node, NodeConfig};
use tokio::net::TcpListener;
use transport::{Certificate, CertificateError, LocalCandidate, Protocol};

use crate::addresses::{self, LocalAddresses};
use crate::clock;
use crate::control::{Command, Control, ControlEnd};
use crate::directory::{Directory, WorkerIndex};
use crate::dispatch;
use crate::door::{self, Door};
use crate::mailbox::{Letter, Mailbox};
use crate::metrics::{Meter, WorkerNumbers};
use crate::tcp;
use crate::udp::{self, UdpSocket};
use crate::worker::{Parts, Worker};

/// Most workers; the ufrag has room for no more.
const WORKERS_MAX: usize = 256;

/// How the media server is set up.
#[derive(Clone)]
pub struct MediaConfig {
    /// Keys whose tokens are accepted.
    pub keys: ApiKeys,
    /// UDP port for media; zero takes a free one.
    pub udp_port: u16,
    /// TCP port for media where UDP is blocked; zero takes a free one, nothing disables it.
    pub tcp_port: Option<u16>,
    /// Addresses offered to clients instead of the interfaces' own.
    pub node_ips: Vec<IpAddr>,
    /// Worker threads; nothing means one per core.
    pub workers: Option<usize>,
    /// Bounds of every worker.
    pub limits: Limits,
    /// Where the workers' chance comes from.
    pub seed: [u8; 32],
    /// Where the workers' numbers are shown.
    pub metrics: Metrics,
}

/// Why the media server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port is taken or may not be opened.
    #[error("cannot open {protocol} port {port} for media: {source}")]
    Port {
        /// UDP or TCP.
        protocol: &'static str,
        /// Which one.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The system refused a thread or a descriptor.
    #[error("cannot start a media worker: {0}")]
    Worker(#[from] io::Error),
    /// No certificate for the transport could be made.
    #[error("cannot make a certificate for media: {0}")]
    Certificate(#[from] CertificateError),
}

/// A media server that runs.
#[derive(Debug)]
pub struct Media {
    control: Control,
    mailboxes: Vec<Mailbox>,
    threads: Vec<JoinHandle<()>>,
    udp_port: u16,
    tcp_port: Option<u16>,
    addresses: Vec<IpAddr>,
}

impl Media {
    /// Opens the ports and starts the workers; gives back the routes of the LiveKit door as well.
    ///
    /// # Errors
    /// When a port cannot be opened or the system refuses a thread.
    pub async fn start(config: MediaConfig) -> Result<(Media, Router), StartError> {
        let workers = worker_count(config.workers);
        let sockets = open_udp(config.udp_port, workers)?;
        let udp_port = port_of(&sockets)?;
        let listener = open_tcp(config.tcp_port).await?;
        let tcp_port = listener.as_ref().and_then(|listener| Some(listener.local_addr().ok()?.port()));
        let interfaces = addresses::of_interfaces();
        let offered = if config.node_ips.is_empty() { interfaces.clone() } else { config.node_ips.clone() };
        let addresses = offered.clone();
        let crew = Crew {
            node: node_config(&config, &offered, udp_port, tcp_port)?,
            directory: Arc::new(Directory::new(workers)),
            local: LocalAddresses::new(offered.clone(), interfaces.clone(), udp_port),
            end: Control::pair(),
            numbers: (0..workers).map(|_| Arc::default()).collect(),
        };
        let Started { control, mailboxes, threads, directory, numbers } = crew.start(sockets)?;
        if let (Some(listener), Some(port)) = (listener, tcp_port) {
            let local = LocalAddresses::new(offered, interfaces, port);
            tokio::spawn(tcp::serve(listener, mailboxes.clone(), local));
        }
        let router = door::router(Door { keys: Arc::new(config.keys), control: control.clone(), directory, mailboxes: mailboxes.clone() });
        config.metrics.with(|registry| registry.register_collector(Box::new(Meter(numbers))));
        let media = Media { control, mailboxes, threads, udp_port, tcp_port, addresses };
        Ok((media, router))
    }

    /// The handle for commands and events.
    #[must_use]
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// The UDP port in use.
    #[must_use]
    pub fn udp_port(&self) -> u16 {
        self.udp_port
    }

    /// The TCP port in use.
    #[must_use]
    pub fn tcp_port(&self) -> Option<u16> {
        self.tcp_port
    }

    /// The addresses offered to clients.
    #[must_use]
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// Tells everybody that the server stops and ends the workers. With `reconnect`, clients come back by themselves.
    pub async fn stop(self, reconnect: bool) {
        self.control.ask(Command::Shutdown { reconnect }).await;
        for mailbox in &self.mailboxes {
            mailbox.send(Letter::Stop).await;
        }
        let joined = tokio::task::spawn_blocking(move || {
            for thread in self.threads {
                if thread.join().is_err() {
                    tracing::error!("a media worker had failed before it was stopped");
                }
            }
        });
        if joined.await.is_err() {
            tracing::error!("waiting for the media workers failed");
        }
    }
}

/// What the workers are made of, before they start.
struct Crew {
    node: NodeConfig,
    directory: Arc<Directory>,
    local: LocalAddresses,
    end: (Control, ControlEnd),
    numbers: Vec<Arc<WorkerNumbers>>,
}

/// What is left in our hands once they have started.
struct Started {
    control: Control,
    mailboxes: Vec<Mailbox>,
    threads: Vec<JoinHandle<()>>,
    directory: Arc<Directory>,
    numbers: Vec<Arc<WorkerNumbers>>,
}

impl Crew {
    fn start(self, sockets: Vec<Vec<StdUdpSocket>>) -> Result<Started, StartError> {
        let (control, end) = self.end;
        let mut boxes = Vec::new();
        let mut inboxes = Vec::new();
        for _ in &sockets {
            let (mailbox, inbox, bell) = Mailbox::new()?;
            boxes.push(mailbox);
            inboxes.push((inbox, bell));
        }
        let cores = cores();
        let mut threads = Vec::new();
        for (index, (sockets, (inbox, bell))) in sockets.into_iter().zip(inboxes).enumerate() {
            let parts = Parts {
                index,
                inbox,
                bell,
                mailboxes: boxes.clone(),
                directory: self.directory.clone(),
                events: end.events.clone(),
                numbers: self.numbers[index].clone(),
                local: self.local.clone(),
            };
            let node = of_worker(&self.node, index);
            let core = cores.get(index % cores.len().max(1)).copied();
            threads.push(spawn(parts, node, sockets, core)?);
        }
        tokio::spawn(dispatch::run(end.requests, self.directory.clone(), boxes.clone()));
        Ok(Started { control, mailboxes: boxes, threads, directory: self.directory, numbers: self.numbers })
    }
}

fn spawn(parts: Parts, config: NodeConfig, sockets: Vec<StdUdpSocket>, core: Option<usize>) -> Result<JoinHandle<()>, StartError> {
    let thread = Builder::new().name(format!("media-{}", parts.index)).spawn(move || {
        if let Some(core) = core {
            pin(core);
        }
        // The node and the sockets' buffers are built here because they must never leave their thread.
        let sockets = sockets.into_iter().map(UdpSocket::new).collect();
        let node = Node::new(config, clock::wall_ms(), clock::now());
        Worker::new(parts, node, sockets).run();
    })?;
    Ok(thread)
}

/// Keeps the current thread on one core. A system that does not allow it merely runs less evenly.
fn pin(core: usize) {
    let mut set = CpuSet::new();
    if set.set(core).is_ok() && sched_setaffinity(Pid::from_raw(0), &set).is_err() {
        tracing::debug!(core, "a media worker could not be pinned");
    }
}

/// The cores this process may use.
fn cores() -> Vec<usize> {
    let Ok(allowed) = sched_getaffinity(Pid::from_raw(0)) else {
        return Vec::new();
    };
    (0..CpuSet::count()).filter(|core| allowed.is_set(*core).unwrap_or(false)).collect()
}

fn worker_count(wanted: Option<usize>) -> usize {
    let cores = || available_parallelism().map_or(1, usize::from);
    wanted.unwrap_or_else(cores).clamp(1, WORKERS_MAX)
}

/// One socket per worker and address family, all on one port.
fn open_udp(port: u16, workers: usize) -> Result<Vec<Vec<StdUdpSocket>>, StartError> {
    let failed = |port| move |source| StartError::Port { protocol: "UDP", port, source };
    let mut sockets: Vec<Vec<StdUdpSocket>> = Vec::new();
    let mut taken = port;
    for _ in 0..workers {
        let v4 = udp::bind(taken, false).map_err(failed(taken))?;
        taken = v4.local_addr().map_err(failed(taken))?.port();
        // A machine without IPv6 is served over IPv4 alone.
        let v6 = udp::bind(taken, true).ok();
        sockets.push(std::iter::once(v4).chain(v6).collect());
    }
    Ok(sockets)
}

fn port_of(sockets: &[Vec<StdUdpSocket>]) -> Result<u16, StartError> {
    let first = sockets.iter().flatten().next();
    Ok(first.map_or(Ok(0), |socket| socket.local_addr().map(|address| address.port()))?)
}

async fn open_tcp(port: Option<u16>) -> Result<Option<TcpListener>, StartError> {
    let Some(port) = port else {
        return Ok(None);
    };
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await;
    listener.map(Some).map_err(|source| StartError::Port { protocol: "TCP", port, source })
}

fn node_config(config: &MediaConfig, offered: &[IpAddr], udp_port: u16, tcp_port: Option<u16>) -> Result<NodeConfig, StartError> {
    let udp = offered.iter().map(|ip| (SocketAddr::new(*ip, udp_port), Protocol::Udp));
    let tcp = offered.iter().filter(|ip| ip.is_ipv4()).filter_map(|ip| {
        let address = SocketAddr::new(*ip, tcp_port?);
        Some((address, Protocol::Tcp))
    });
    let candidates = udp.chain(tcp).map(|(addr, protocol)| LocalCandidate { addr, protocol }).collect();
    let certificate = Arc::new(Certificate::generate()?);
    Ok(NodeConfig { candidates, limits: config.limits.clone(), ..NodeConfig::new(certificate, config.keys.clone(), config.seed) })
}

/// The same settings with this worker's number and a stream of chance of its own.
fn of_worker(config: &NodeConfig, index: WorkerIndex) -> NodeConfig {
    let worker = u16::try_from(index).unwrap_or(u16::MAX);
    let mut config = config.clone();
    config.worker = worker;
    let [high, low] = worker.to_be_bytes();
    config.seed[30] ^= high;
    config.seed[31] ^= low;
    config
}
