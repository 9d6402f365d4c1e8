//! The two system calls that carry all media, `recvmmsg` and `sendmmsg`, with their control messages.
//!
//! This is the only module of the crate that may use `unsafe`: it owns every buffer whose address it hands to the
//! kernel, fills the headers anew before each call, and never lets a pointer outlive the call. It knows nothing of
//! packets' meaning.
#![expect(
    unsafe_code,
    reason = "recvmmsg, sendmmsg and their control messages have no safe wrapper that allows one segment size per message"
)]

use std::io;
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;

use nix::libc;

/// Datagrams (or runs of them) taken from the kernel by one call.
pub(super) const RECEIVE_BATCH: usize = 32;
/// Bytes of one receive buffer: the longest run that generic receive offload can hand over.
pub(super) const RECEIVE_BUFFER_BYTES: usize = 65_535;
/// Messages given to the kernel by one call.
pub(super) const SEND_BATCH: usize = 64;

const CONTROL_BYTES: usize = 128;
const UDP_GRO: libc::c_int = 104;
const UDP_SEGMENT: libc::c_int = 103;

/// Space for the control messages of one datagram, aligned as the kernel wants it.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; CONTROL_BYTES]);

/// One message to send: a slice of an arena that holds one datagram, or several of `segment_size` bytes each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outgoing {
    /// The local address to send from; nothing lets the kernel choose.
    pub(super) source: Option<IpAddr>,
    /// Where to.
    pub(super) destination: SocketAddr,
    /// First byte in the arena.
    pub(super) start: usize,
    /// Length in bytes.
    pub(super) len: usize,
    /// Size of the segments; zero when the message is a single datagram.
    pub(super) segment_size: u16,
}

/// What the kernel said about one received buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// Who sent it.
    pub(super) source: SocketAddr,
    /// The local address it was sent to.
    pub(super) local: Option<IpAddr>,
    /// Length in bytes, never above [`RECEIVE_BUFFER_BYTES`].
    pub(super) len: usize,
    /// Size of every datagram but the last, when the buffer holds a run of them.
    pub(super) segment_size: Option<usize>,
}

/// The buffers of one socket's `recvmmsg`.
pub(super) struct Receiver {
    buffers: Vec<u8>,
    controls: Vec<Control>,
    names: Vec<libc::sockaddr_storage>,
    vectors: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
}

impl Receiver {
    pub(super) fn new() -> Receiver {
        Receiver {
            buffers: vec![0; RECEIVE_BATCH * RECEIVE_BUFFER_BYTES],
            controls: vec![Control([0; CONTROL_BYTES]); RECEIVE_BATCH],
            names: vec![zeroed_name(); RECEIVE_BATCH],
            vectors: vec![empty_vector(); RECEIVE_BATCH],
            headers: vec![empty_header(); RECEIVE_BATCH],
        }
    }

    /// Takes what has arrived, without waiting; returns how many buffers are filled.
    pub(super) fn receive(&mut self, socket: BorrowedFd<'_>) -> io::Result<usize> {
        for index in 0..RECEIVE_BATCH {
            let buffer = &mut self.buffers[index * RECEIVE_BUFFER_BYTES..][..RECEIVE_BUFFER_BYTES];
            self.vectors[index] = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
            let header = &mut self.headers[index];
            *header = empty_header();
            header.msg_hdr.msg_name = (&raw mut self.names[index]).cast();
            header.msg_hdr.msg_namelen = size_of_socklen::<libc::sockaddr_storage>();
            header.msg_hdr.msg_iov = &raw mut self.vectors[index];
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_control = self.controls[index].0.as_mut_ptr().cast();
            header.msg_hdr.msg_controllen = CONTROL_BYTES;
        }
        // SAFETY: every header points at a name, a vector, a buffer and a control block that this receiver owns, that
        // are as long as stated, and that live until the call returns.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                RECEIVE_BATCH as libc::c_uint,
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        usize::try_from(count).map_err(|_| io::Error::last_os_error())
    }

    /// The buffer at `index` with what is known of it; nothing when its source is of a foreign address family.
    pub(super) fn arrival(&mut self, index: usize) -> Option<(Arrival, &mut [u8])> {
        let header = self.headers.get(index)?;
        let source = decode_name(&self.names[index])?;
        let len = (header.msg_len as usize).min(RECEIVE_BUFFER_BYTES);
        let (local, segment_size) = decode_controls(&header.msg_hdr);
        let arrival = Arrival { source, local, len, segment_size };
        let bytes = &mut self.buffers[index * RECEIVE_BUFFER_BYTES..][..len];
        Some((arrival, bytes))
    }
}

/// The headers of one socket's `sendmmsg`.
pub(super) struct Sender {
    controls: Vec<Control>,
    names: Vec<libc::sockaddr_storage>,
    vectors: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
}

impl Sender {
    pub(super) fn new() -> Sender {
        Sender {
            controls: vec![Control([0; CONTROL_BYTES]); SEND_BATCH],
            names: vec![zeroed_name(); SEND_BATCH],
            vectors: vec![empty_vector(); SEND_BATCH],
            headers: vec![empty_header(); SEND_BATCH],
        }
    }

    /// Sends at most [`SEND_BATCH`] messages whose bytes lie in `arena`; returns how many the kernel took.
    pub(super) fn send(&mut self, socket: BorrowedFd<'_>, arena: &[u8], messages: &[Outgoing]) -> io::Result<usize> {
        let messages = &messages[..messages.len().min(SEND_BATCH)];
        for (index, message) in messages.iter().enumerate() {
            let bytes = &arena[message.start..message.start + message.len];
            let name_len = encode_name(message.destination, &mut self.names[index]);
            self.vectors[index] = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
            let header = &mut self.headers[index];
            *header = empty_header();
            header.msg_hdr.msg_name = (&raw mut self.names[index]).cast();
            header.msg_hdr.msg_namelen = name_len;
            header.msg_hdr.msg_iov = &raw mut self.vectors[index];
            header.msg_hdr.msg_iovlen = 1;
            encode_controls(&mut header.msg_hdr, &mut self.controls[index], message);
        }
        // SAFETY: the headers point at names, vectors and control blocks owned by this sender and at bytes of `arena`,
        // which is borrowed for the whole call; the kernel only reads them.
        let count =
            unsafe { libc::sendmmsg(socket.as_raw_fd(), self.headers.as_mut_ptr(), messages.len() as libc::c_uint, libc::MSG_DONTWAIT) };
        usize::try_from(count).map_err(|_| io::Error::last_os_error())
    }
}

/// Asks the kernel to tell each datagram's local address.
pub(super) fn want_local_address(socket: BorrowedFd<'_>, ipv6: bool) -> io::Result<()> {
    if ipv6 {
        set_option(socket, libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, 1)
    } else {
        set_option(socket, libc::IPPROTO_IP, libc::IP_PKTINFO, 1)
    }
}

/// Asks the kernel to hand over runs of equal datagrams in one buffer.
pub(super) fn want_receive_offload(socket: BorrowedFd<'_>) -> io::Result<()> {
    set_option(socket, libc::IPPROTO_UDP, UDP_GRO, 1)
}

/// Whether the kernel knows segmentation offload at all; a device may still refuse it later.
pub(super) fn knows_segmentation(socket: BorrowedFd<'_>) -> bool {
    set_option(socket, libc::IPPROTO_UDP, UDP_SEGMENT, 0).is_ok()
}

fn set_option(socket: BorrowedFd<'_>, level: libc::c_int, name: libc::c_int, value: libc::c_int) -> io::Result<()> {
    // SAFETY: the value lives until the call returns and its size is the one stated.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, (&raw const value).cast(), size_of_socklen::<libc::c_int>()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn empty_vector() -> libc::iovec {
    libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 }
}

fn empty_header() -> libc::mmsghdr {
    // SAFETY: all-zero bytes are a valid mmsghdr: null pointers and zero lengths.
    unsafe { mem::zeroed() }
}

fn zeroed_name() -> libc::sockaddr_storage {
    // SAFETY: all-zero bytes are a valid sockaddr_storage of no family.
    unsafe { mem::zeroed() }
}

fn size_of_socklen<T>() -> libc::socklen_t {
    size_of::<T>() as libc::socklen_t
}

fn encode_name(address: SocketAddr, name: &mut libc::sockaddr_storage) -> libc::socklen_t {
    match address {
        SocketAddr::V4(v4) => {
            // SAFETY: a sockaddr_storage is at least as large and as aligned as a sockaddr_in.
            let raw = unsafe { &mut *(&raw mut *name).cast::<libc::sockaddr_in>() };
            raw.sin_family = libc::AF_INET as libc::sa_family_t;
            raw.sin_port = v4.port().to_be();
            raw.sin_addr.s_addr = u32::from_ne_bytes(v4.ip().octets());
            size_of_socklen::<libc::sockaddr_in>()
        }
        SocketAddr::V6(v6) => {
            // SAFETY: a sockaddr_storage is at least as large and as aligned as a sockaddr_in6.
            let raw = unsafe { &mut *(&raw mut *name).cast::<libc::sockaddr_in6>() };
            raw.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            raw.sin6_port = v6.port().to_be();
            raw.sin6_flowinfo = v6.flowinfo();
            raw.sin6_addr.s6_addr = v6.ip().octets();
            raw.sin6_scope_id = v6.scope_id();
            size_of_socklen::<libc::sockaddr_in6>()
        }
    }
}

fn decode_name(name: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match libc::c_int::from(name.ss_family) {
        libc::AF_INET => {
            // SAFETY: the kernel wrote a sockaddr_in, as the family says.
            let raw = unsafe { &*(&raw const *name).cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(raw.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddrV4::new(ip, u16::from_be(raw.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the kernel wrote a sockaddr_in6, as the family says.
            let raw = unsafe { &*(&raw const *name).cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(raw.sin6_addr.s6_addr);
            Some(SocketAddrV6::new(ip, u16::from_be(raw.sin6_port), raw.sin6_flowinfo, raw.sin6_scope_id).into())
        }
        _ => None,
    }
}

fn decode_controls(header: &libc::msghdr) -> (Option<IpAddr>, Option<usize>) {
    let mut local = None;
    let mut segment_size = None;
    // SAFETY: the kernel filled the control block and set its length; the macros stay inside it.
    let mut current = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !current.is_null() {
        // SAFETY: `current` is a header inside the block; each arm reads the payload that belongs to its type.
        unsafe {
            let data = libc::CMSG_DATA(current);
            match ((*current).cmsg_level, (*current).cmsg_type) {
                (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                    let found: libc::in_pktinfo = ptr::read_unaligned(data.cast());
                    local = Some(IpAddr::from(found.ipi_addr.s_addr.to_ne_bytes()));
                }
                (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                    let found: libc::in6_pktinfo = ptr::read_unaligned(data.cast());
                    local = Some(IpAddr::from(found.ipi6_addr.s6_addr));
                }
                (libc::IPPROTO_UDP, UDP_GRO) => {
                    let size: libc::c_int = ptr::read_unaligned(data.cast());
                    segment_size = usize::try_from(size).ok().filter(|size| *size > 0);
                }
                _ => {}
            }
            current = libc::CMSG_NXTHDR(header, current);
        }
    }
    (local, segment_size)
}

fn encode_controls(header: &mut libc::msghdr, control: &mut Control, message: &Outgoing) {
    *control = Control([0; CONTROL_BYTES]);
    header.msg_control = control.0.as_mut_ptr().cast();
    header.msg_controllen = CONTROL_BYTES;
    // SAFETY: the block is zeroed, aligned, and longer than the two control messages written below.
    let used = unsafe {
        let mut used = 0;
        let mut current = libc::CMSG_FIRSTHDR(header);
        if let Some(source) = message.source {
            used += write_source(current, source);
            current = libc::CMSG_NXTHDR(header, current);
        }
        if message.segment_size > 0 {
            used += write_control(current, libc::IPPROTO_UDP, UDP_SEGMENT, message.segment_size);
        }
        used
    };
    header.msg_controllen = used;
    if used == 0 {
        header.msg_control = ptr::null_mut();
    }
}

/// # Safety
/// `current` must have room for a packet-info message.
unsafe fn write_source(current: *mut libc::cmsghdr, source: IpAddr) -> usize {
    match source {
        IpAddr::V4(v4) => {
            let found = libc::in_pktinfo {
                ipi_ifindex: 0,
                ipi_spec_dst: libc::in_addr { s_addr: u32::from_ne_bytes(v4.octets()) },
                ipi_addr: libc::in_addr { s_addr: 0 },
            };
            // SAFETY: the caller vouches for the room.
            unsafe { write_control(current, libc::IPPROTO_IP, libc::IP_PKTINFO, found) }
        }
        IpAddr::V6(v6) => {
            let found = libc::in6_pktinfo { ipi6_addr: libc::in6_addr { s6_addr: v6.octets() }, ipi6_ifindex: 0 };
            // SAFETY: the caller vouches for the room.
            unsafe { write_control(current, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, found) }
        }
    }
}

/// # Safety
/// `current` must have room for a control message with a `T`.
unsafe fn write_control<T>(current: *mut libc::cmsghdr, level: libc::c_int, kind: libc::c_int, value: T) -> usize {
    let len = size_of::<T>() as libc::c_uint;
    // SAFETY: the caller vouches for the room; the payload is written unaligned.
    unsafe {
        (*current).cmsg_level = level;
        (*current).cmsg_type = kind;
        (*current).cmsg_len = libc::CMSG_LEN(len) as usize;
        ptr::write_unaligned(libc::CMSG_DATA(current).cast(), value);
        libc::CMSG_SPACE(len) as usize
    }
}
