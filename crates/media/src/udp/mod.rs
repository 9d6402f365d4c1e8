//! One worker's UDP socket: it shares its port with the other workers, tells on which local address a datagram came,
//! and sends runs of equal packets as one message.
//!
//! It copies what is to be sent into an arena of fixed size and never allocates per packet. It must never wait: what
//! the kernel has no room for is dropped and counted, as a late packet is of no use to anybody.

mod sys;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket as StdUdpSocket};
use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use socket2::{Domain, Protocol, Socket, Type};

use sys::{Outgoing, Receiver, SEND_BATCH, Sender};

/// Bytes of the kernel's queue in each direction. The kernel grants less where its own limit is lower.
const KERNEL_QUEUE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes collected before they are handed to the kernel.
const ARENA_BYTES: usize = 256 * 1024;
/// Largest run the kernel takes as one message.
const MESSAGE_BYTES_MAX: usize = 65_000;
/// Most packets in one message; more would burst into slow links.
const SEGMENTS_MAX: usize = 32;

/// One datagram as it came.
pub(crate) struct Datagram<'a> {
    /// Who sent it.
    pub(crate) source: SocketAddr,
    /// The local address it was sent to, if the kernel told.
    pub(crate) local: Option<IpAddr>,
    /// Its bytes; the reader may decrypt in place.
    pub(crate) bytes: &'a mut [u8],
}

/// What a socket has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Datagrams received.
    pub(crate) datagrams_in: u64,
    /// Bytes received.
    pub(crate) bytes_in: u64,
    /// Datagrams handed to the kernel.
    pub(crate) datagrams_out: u64,
    /// Messages handed to the kernel; fewer than datagrams when runs are sent as one.
    pub(crate) messages_out: u64,
    /// Bytes handed to the kernel.
    pub(crate) bytes_out: u64,
    /// Datagrams dropped because the kernel refused or had no room.
    pub(crate) dropped_out: u64,
}

impl std::ops::Add for Tally {
    type Output = Tally;

    fn add(self, other: Tally) -> Tally {
        Tally {
            datagrams_in: self.datagrams_in + other.datagrams_in,
            bytes_in: self.bytes_in + other.bytes_in,
            datagrams_out: self.datagrams_out + other.datagrams_out,
            messages_out: self.messages_out + other.messages_out,
            bytes_out: self.bytes_out + other.bytes_out,
            dropped_out: self.dropped_out + other.dropped_out,
        }
    }
}

/// A socket of one worker.
pub(crate) struct UdpSocket {
    socket: StdUdpSocket,
    ipv6: bool,
    receiver: Receiver,
    sender: Sender,
    arena: Vec<u8>,
    messages: Vec<Outgoing>,
    segmentation: bool,
    tally: Tally,
}

/// Opens a socket on the wildcard address of a family; all workers open the same port.
pub(crate) fn bind(port: u16, ipv6: bool) -> io::Result<StdUdpSocket> {
    let domain = if ipv6 { Domain::IPV6 } else { Domain::IPV4 };
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    let address: SocketAddr = if ipv6 {
        socket.set_only_v6(true)?;
        (Ipv6Addr::UNSPECIFIED, port).into()
    } else {
        (Ipv4Addr::UNSPECIFIED, port).into()
    };
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    // A smaller queue than wished for is not an error: the kernel's own limit decides.
    let _ = socket.set_recv_buffer_size(KERNEL_QUEUE_BYTES);
    let _ = socket.set_send_buffer_size(KERNEL_QUEUE_BYTES);
    sys::want_local_address(socket.as_fd(), ipv6)?;
    // Kernels without receive offload deliver datagrams one by one, which is understood as well.
    let _ = sys::want_receive_offload(socket.as_fd());
    socket.bind(&address.into())?;
    Ok(socket.into())
}

impl UdpSocket {
    /// Takes over an open socket and allocates its buffers, on the thread that will use it.
    pub(crate) fn new(socket: StdUdpSocket) -> UdpSocket {
        let ipv6 = socket.local_addr().is_ok_and(|address| address.is_ipv6());
        let segmentation = sys::knows_segmentation(socket.as_fd());
        UdpSocket {
            socket,
            ipv6,
            receiver: Receiver::new(),
            sender: Sender::new(),
            arena: Vec::with_capacity(ARENA_BYTES),
            messages: Vec::with_capacity(SEND_BATCH),
            segmentation,
            tally: Tally::default(),
        }
    }

    /// Whether it speaks IPv6 rather than IPv4.
    pub(crate) fn is_ipv6(&self) -> bool {
        self.ipv6
    }

    /// What has been received and sent so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// Takes one batch from the kernel and shows each datagram to `read`. Returns how many there were; none means
    /// that nothing is waiting.
    pub(crate) fn receive(&mut self, mut read: impl FnMut(Datagram<'_>)) -> io::Result<usize> {
        let filled = match self.receiver.receive(self.socket.as_fd()) {
            Ok(filled) => filled,
            Err(error) if is_nothing(&error) => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut datagrams = 0;
        for index in 0..filled {
            let Some((arrival, bytes)) = self.receiver.arrival(index) else {
                continue;
            };
            self.tally.bytes_in += arrival.len as u64;
            let size = arrival.segment_size.unwrap_or(arrival.len).max(1);
            for bytes in bytes.chunks_mut(size) {
                datagrams += 1;
                read(Datagram { source: arrival.source, local: arrival.local, bytes });
            }
        }
        self.tally.datagrams_in += datagrams as u64;
        Ok(datagrams)
    }

    /// Queues packets for one destination: `bytes` is one datagram, or several of `segment_size` bytes of which only
    /// the last may be shorter.
    pub(crate) fn send(&mut self, source: Option<IpAddr>, destination: SocketAddr, bytes: &[u8], segment_size: usize) {
        let segment_size = segment_size.clamp(1, MESSAGE_BYTES_MAX);
        let per_message = if self.segmentation { (MESSAGE_BYTES_MAX / segment_size).clamp(1, SEGMENTS_MAX) } else { 1 };
        for chunk in bytes.chunks(segment_size * per_message) {
            self.queue(source, destination, chunk, segment_size);
        }
    }

    /// Hands everything queued to the kernel.
    pub(crate) fn flush(&mut self) {
        let mut messages = std::mem::take(&mut self.messages);
        let mut from = 0;
        while from < messages.len() {
            match self.sender.send(self.socket.as_fd(), &self.arena, &messages[from..]) {
                Ok(taken) => {
                    self.count_sent(&messages[from..from + taken]);
                    // A call that takes nothing and reports no error would loop for ever.
                    from += taken.max(1);
                }
                Err(error) if is_nothing(&error) => {
                    self.count_dropped(&messages[from..]);
                    break;
                }
                Err(error) if messages[from].segment_size > 0 && refuses_segmentation(&error) => {
                    tracing::warn!(%error, "the network refuses segmented messages; packets are sent one by one");
                    self.segmentation = false;
                    self.send_one_by_one(messages[from]);
                    from += 1;
                }
                Err(_) => {
                    self.count_dropped(&messages[from..=from]);
                    from += 1;
                }
            }
        }
        messages.clear();
        self.messages = messages;
        self.arena.clear();
    }

    fn queue(&mut self, source: Option<IpAddr>, destination: SocketAddr, bytes: &[u8], segment_size: usize) {
        if self.messages.len() == SEND_BATCH || self.arena.len() + bytes.len() > ARENA_BYTES {
            self.flush();
        }
        let segmented = bytes.len() > segment_size;
        self.messages.push(Outgoing {
            source,
            destination,
            start: self.arena.len(),
            len: bytes.len(),
            segment_size: if segmented { u16::try_from(segment_size).unwrap_or(u16::MAX) } else { 0 },
        });
        self.arena.extend_from_slice(bytes);
    }

    fn send_one_by_one(&mut self, run: Outgoing) {
        let size = usize::from(run.segment_size);
        for start in (0..run.len).step_by(size) {
            let single = Outgoing { start: run.start + start, len: size.min(run.len - start), segment_size: 0, ..run };
            match self.sender.send(self.socket.as_fd(), &self.arena, &[single]) {
                Ok(_) => self.count_sent(&[single]),
                Err(_) => self.count_dropped(&[single]),
            }
        }
    }

    fn count_sent(&mut self, messages: &[Outgoing]) {
        self.tally.messages_out += messages.len() as u64;
        for message in messages {
            self.tally.datagrams_out += datagrams_of(message);
            self.tally.bytes_out += message.len as u64;
        }
    }

    fn count_dropped(&mut self, messages: &[Outgoing]) {
        self.tally.dropped_out += messages.iter().map(datagrams_of).sum::<u64>();
    }
}

impl AsFd for UdpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn datagrams_of(message: &Outgoing) -> u64 {
    match usize::from(message.segment_size) {
        0 => 1,
        size => message.len.div_ceil(size) as u64,
    }
}

/// The queue is empty (receiving) or full (sending), or the call was interrupted: nothing is wrong.
fn is_nothing(error: &io::Error) -> bool {
    let Some(code) = error.raw_os_error() else {
        return false;
    };
    matches!(Errno::from_raw(code), Errno::EAGAIN | Errno::EINTR | Errno::ENOBUFS)
}

fn refuses_segmentation(error: &io::Error) -> bool {
    let Some(code) = error.raw_os_error() else {
        return false;
    };
    matches!(Errno::from_raw(code), Errno::EINVAL | Errno::EIO | Errno::EMSGSIZE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    #[test]
    fn a_run_arrives_as_separate_datagrams() {
        let (mut here, mut there) = pair();
        let bytes: Vec<u8> = (0..10).flat_map(|n| [n; 1_200]).chain([99; 7]).collect();
        here.send(None, address_of(&there), &bytes, 1_200);
        here.flush();

        let got = collect(&mut there, 11);

        let lengths: Vec<usize> = got.iter().map(Vec::len).collect();
        assert_eq!(lengths, [[1_200; 10].as_slice(), [7].as_slice()].concat());
        assert!(got.iter().take(10).enumerate().all(|(n, bytes)| bytes[0] == n as u8));
        assert_eq!(here.tally().datagrams_out, 11);
    }

    #[test]
    fn many_destinations_go_out_in_order_and_over_several_batches() {
        let (mut here, mut there) = pair();
        for n in 0..300_u16 {
            here.send(None, address_of(&there), &n.to_be_bytes(), 1_200);
        }
        here.flush();

        let got = collect(&mut there, 300);

        let numbers: Vec<u16> = got.iter().map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]])).collect();
        assert_eq!(numbers, (0..300).collect::<Vec<u16>>());
    }

    #[test]
    fn a_refused_run_is_sent_one_by_one_and_never_tried_again() {
        let (mut here, mut there) = pair();
        here.segmentation = true;
        // The kernel takes at most 128 segments; this message is queued past our own limit to provoke its refusal.
        here.queue(None, address_of(&there), &[5; 2_000], 10);
        here.flush();
        assert_eq!(collect(&mut there, 200).len(), 200);
        assert!(!here.segmentation);

        here.send(None, address_of(&there), &[6; 30], 10);
        here.flush();

        assert_eq!(collect(&mut there, 3), vec![vec![6; 10]; 3]);
        assert_eq!(here.tally().dropped_out, 0);
    }

    #[test]
    fn the_local_address_is_told_and_used_when_answering() {
        let (mut here, mut there) = pair();
        here.send(None, address_of(&there), b"hello", 1_200);
        here.flush();
        wait(&there);
        let mut seen = None;
        there.receive(|datagram| seen = Some((datagram.source, datagram.local))).expect("received");
        let (source, local) = seen.expect("one datagram");
        assert_eq!(local, Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));

        there.send(local, source, b"again", 1_200);
        there.flush();

        assert_eq!(collect(&mut here, 1), vec![b"again".to_vec()]);
    }

    #[test]
    fn two_sockets_share_one_port() {
        let first = bind(0, false).expect("bound");
        let port = first.local_addr().expect("address").port();
        assert!(bind(port, false).is_ok());
    }

    fn pair() -> (UdpSocket, UdpSocket) {
        let open = || UdpSocket::new(bind(0, false).expect("bound"));
        (open(), open())
    }

    fn address_of(socket: &UdpSocket) -> SocketAddr {
        let port = socket.socket.local_addr().expect("address").port();
        (Ipv4Addr::LOCALHOST, port).into()
    }

    fn wait(socket: &UdpSocket) {
        let mut fds = [PollFd::new(socket.as_fd(), PollFlags::POLLIN)];
        assert!(poll(&mut fds, PollTimeout::from(5_000_u16)).expect("polled") > 0);
    }

    fn collect(socket: &mut UdpSocket, count: usize) -> Vec<Vec<u8>> {
        let mut got = Vec::new();
        while got.len() < count {
            wait(socket);
            socket.receive(|datagram| got.push(datagram.bytes.to_vec())).expect("received");
        }
        got
    }
}
