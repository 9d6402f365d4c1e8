//! A UDP socket as a client has it: takes runs of datagrams as the kernel hands them over, so that a room of clients
//! costs the machine little beside the server.

use std::io::{IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};

use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, sendmsg, setsockopt, sockopt};

const KERNEL_QUEUE_BYTES: usize = 4 * 1024 * 1024;
const RUN_BYTES_MAX: usize = 65_535;

/// A socket and room for one run.
pub(crate) struct Line {
    socket: UdpSocket,
    buffer: Vec<u8>,
}

impl Line {
    pub(crate) fn open() -> Line {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        socket.set_nonblocking(true).expect("every socket can");
        // A smaller queue than wished for loses packets, which the table shows.
        let _ = setsockopt(&socket, sockopt::RcvBuf, &KERNEL_QUEUE_BYTES);
        let _ = setsockopt(&socket, sockopt::UdpGroSegment, &true);
        Line { socket, buffer: vec![0; RUN_BYTES_MAX] }
    }

    pub(crate) fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.local_addr().expect("it is bound")
    }

    pub(crate) fn send(&self, bytes: &[u8], to: SocketAddr) {
        // A full queue loses the packet, as a network would.
        let _ = self.socket.send_to(bytes, to);
    }

    /// Shows each waiting datagram to `read`.
    pub(crate) fn receive(&mut self, mut read: impl FnMut(&mut [u8])) {
        loop {
            let mut space = nix::cmsg_space!(i32);
            let mut slices = [IoSliceMut::new(&mut self.buffer)];
            let fd = self.socket.as_fd().as_raw_fd();
            let Ok(message) = recvmsg::<()>(fd, &mut slices, Some(&mut space), MsgFlags::MSG_DONTWAIT) else {
                return;
            };
            let length = message.bytes;
            let sizes = message.cmsgs().into_iter().flatten().filter_map(|control| match control {
                ControlMessageOwned::UdpGroSegments(size) => usize::try_from(size).ok(),
                _ => None,
            });
            let size = sizes.last().unwrap_or(length).max(1);
            for datagram in self.buffer[..length].chunks_mut(size) {
                read(datagram);
            }
        }
    }

    /// Sends a run of packets of one size as one message.
    pub(crate) fn send_run(&self, bytes: &[u8], size: u16, to: SocketAddr) -> bool {
        let to = SockaddrStorage::from(to);
        let controls = [ControlMessage::UdpGsoSegments(&size)];
        sendmsg(self.socket.as_fd().as_raw_fd(), &[IoSlice::new(bytes)], &controls, MsgFlags::empty(), Some(&to)).is_ok()
    }
}
