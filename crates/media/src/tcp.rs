//! Media over TCP for networks that block UDP: clients connect to us, each packet is framed as RFC 4571 says.
//!
//! A connection belongs to nobody until its first packet, a connectivity check, names a peer; then its packets go to
//! that peer's worker as letters. Strangers' connections are few, short-lived, and cost one small buffer each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use transport::Protocol;
use transport::rfc4571::Deframer;

use crate::addresses::LocalAddresses;
use crate::mailbox::{Letter, Mailbox, Parcel};

/// Connections open at a time.
const CONNECTIONS_MAX: usize = 4_096;
/// Messages that wait to be written to one connection; each is one run of packets.
const MESSAGES_WAITING_MAX: usize = 256;
/// A connection that has not named a peer by then is closed.
const NAMED_WITHIN: Duration = Duration::from_secs(10);
/// A connection without any packet for that long is closed; clients check their path every few seconds.
const SILENT_MAX: Duration = Duration::from_secs(60);
/// Bytes read at once.
const READ_BYTES: usize = 16 * 1024;

/// Accepts connections until the program ends.
pub(crate) async fn serve(listener: TcpListener, mailboxes: Vec<Mailbox>, local: LocalAddresses) {
    let free = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = free.clone().acquire_owned().await else {
            return;
        };
        let (stream, remote) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a media connection could not be accepted");
                tokio::task::yield_now().await;
                continue;
            }
        };
        let connection = Connection {
            remote,
            destination: local.offered_for(stream.local_addr().ok().map(|address| address.ip()), remote),
            mailboxes: mailboxes.clone(),
        };
        tokio::spawn(async move {
            connection.run(stream).await;
            drop(permit);
        });
    }
}

/// One accepted connection.
struct Connection {
    remote: SocketAddr,
    destination: SocketAddr,
    mailboxes: Vec<Mailbox>,
}

impl Connection {
    async fn run(&self, stream: TcpStream) {
        // Packets are small and late ones are useless.
        let _ = stream.set_nodelay(true);
        let (mut reader, mut writer) = stream.into_split();
        let mut deframer = Deframer::new();
        let Ok(Some(first)) = timeout(NAMED_WITHIN, read_packets(&mut reader, &mut deframer)).await else {
            return;
        };
        let Some(mailbox) = first.first().and_then(|packet| self.owner(packet)) else {
            return;
        };
        let (sink, mut outgoing) = mpsc::channel::<Vec<u8>>(MESSAGES_WAITING_MAX);
        let opened = Letter::TcpOpened { remote: self.remote, sink };
        if !mailbox.send(opened).await || !self.deliver(mailbox, first).await {
            return;
        }
        let writing = async {
            while let Some(bytes) = outgoing.recv().await {
                if writer.write_all(&bytes).await.is_err() {
                    break;
                }
            }
        };
        let reading = async {
            while let Ok(Some(packets)) = timeout(SILENT_MAX, read_packets(&mut reader, &mut deframer)).await {
                if !self.deliver(mailbox, packets).await {
                    break;
                }
            }
        };
        tokio::select! {
            () = writing => {}
            () = reading => {}
        }
        mailbox.send(Letter::TcpClosed(self.remote)).await;
    }

    fn owner(&self, packet: &[u8]) -> Option<&Mailbox> {
        let ufrag = transport::stun_username_ufrag(packet)?;
        let worker = signalling::ufrag_worker(ufrag)?;
        self.mailboxes.get(usize::from(worker))
    }

    /// Hands packets to the worker, waiting while its box is full: the client then has to slow down.
    async fn deliver(&self, mailbox: &Mailbox, packets: Vec<Vec<u8>>) -> bool {
        for bytes in packets {
            let parcel = Parcel { source: self.remote, destination: self.destination, protocol: Protocol::Tcp, bytes, via: None };
            if !mailbox.send(Letter::Parcel(parcel)).await {
                return false;
            }
        }
        true
    }
}

/// Reads until at least one packet is complete; nothing when the connection ended or cannot be trusted.
async fn read_packets(reader: &mut OwnedReadHalf, deframer: &mut Deframer) -> Option<Vec<Vec<u8>>> {
    let mut buffer = vec![0; READ_BYTES];
    let mut packets = Vec::new();
    while packets.is_empty() {
        let read = reader.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        let bytes = buffer.get(..read)?;
        deframer.push(bytes, |packet| packets.push(packet.to_vec())).ok()?;
    }
    Some(packets)
}
