//! Data channels: SCTP and the bookkeeping of its streams.
//!
//! Crate `dcsctp` does the association; which stream is a channel, how it was opened and when its
//! id is free again is kept here. An association speaks DTLS records, so nothing here knows
//! addresses.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use dcsctp::api::{DcSctpSocket, Message, Options, PpId, SendOptions, SocketEvent, SocketTime, StreamId};

use crate::MESSAGE_BYTES_MAX;
use crate::dcep::{Dcep, LABEL_BYTES_MAX};
use crate::peer::DtlsRole;

/// Payload protocol ids of RFC 8831.
const PPID_DCEP: u32 = 50;
const PPID_TEXT: u32 = 51;
const PPID_BINARY: u32 = 53;
const PPID_TEXT_EMPTY: u32 = 56;
const PPID_BINARY_EMPTY: u32 = 57;

/// The most channels of one peer.
const CHANNELS_MAX: usize = 64;
/// Streams we announce; ids beyond them cannot be used.
const STREAMS_MAX: u16 = 1024;
/// The largest SCTP packet: a DTLS record around it still fits any path.
const PACKET_BYTES_MAX: usize = 1150;
/// What one peer may have in flight towards us, unread.
const RECEIVE_WINDOW_BYTES: usize = 1024 * 1024;
/// What may wait to be sent in one channel.
const CHANNEL_BUFFER_BYTES_MAX: usize = 1024 * 1024;
/// What may wait to be sent in all channels of a peer.
const PEER_BUFFER_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The longest wait between two retransmissions: somebody is waiting for the message.
const BACKOFF_MAX: Duration = Duration::from_secs(3);

/// A data channel of one peer: its SCTP stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelId(pub u16);

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a channel delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSettings {
    /// What both sides call it.
    pub label: String,
    /// In the order of sending.
    pub ordered: bool,
    /// How often a lost message is sent again; `None` for until it arrives.
    pub max_retransmits: Option<u16>,
}

/// Why a channel could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No SCTP was negotiated, or it has ended.
    #[error("data channels are not available")]
    NotAvailable,
    /// The id is taken, or out of range.
    #[error("the channel id is taken")]
    Taken,
    /// As many as one peer may have.
    #[error("too many data channels")]
    TooMany,
    /// The label is too long.
    #[error("the label is too long")]
    LabelTooLong,
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No such channel, or it is closing.
    #[error("the channel is not open")]
    NotOpen,
    /// Longer than the peer takes.
    #[error("the message is too long")]
    TooLong,
    /// Too much is waiting already; drop it or try when less is buffered.
    #[error("the send buffer is full")]
    Full,
}

/// What a round of SCTP brought.
#[derive(Debug)]
pub(crate) enum SctpOutput {
    /// Protect and send this.
    Packet(Vec<u8>),
    Open(ChannelId, ChannelSettings),
    Message {
        channel: ChannelId,
        binary: bool,
        bytes: Vec<u8>,
    },
    Closed(ChannelId),
}

struct Channel {
    settings: ChannelSettings,
    /// Told to the caller as open.
    is_open: bool,
    /// Both sides agreed elsewhere; opens with the association.
    is_negotiated: bool,
    /// We have asked to reset our direction, and it was done.
    reset_sent: bool,
    reset_done: bool,
    /// The peer has reset its direction.
    reset_received: bool,
}

pub(crate) struct Sctp {
    socket: Box<dyn DcSctpSocket>,
    epoch: Instant,
    role: DtlsRole,
    message_bytes_max: usize,
    channels: BTreeMap<u16, Channel>,
    outputs: VecDeque<SctpOutput>,
    is_up: bool,
    has_ended: bool,
}

impl Sctp {
    pub(crate) fn new(remote_port: u16, message_bytes_max: usize, role: DtlsRole, now: Instant) -> Self {
        let message_bytes_max = message_bytes_max.min(MESSAGE_BYTES_MAX);
        let options = Options {
            local_port: remote_port,
            remote_port,
            announced_maximum_incoming_streams: STREAMS_MAX,
            announced_maximum_outgoing_streams: STREAMS_MAX,
            mtu: PACKET_BYTES_MAX,
            max_message_size: message_bytes_max,
            max_receiver_window_buffer_size: RECEIVE_WINDOW_BYTES,
            max_send_buffer_size: PEER_BUFFER_BYTES_MAX,
            per_stream_send_queue_limit: CHANNEL_BUFFER_BYTES_MAX,
            // ICE decides when a client is gone; SCTP tries until then.
            max_retransmissions: None,
            max_init_retransmits: None,
            max_timer_backoff_duration: Some(BACKOFF_MAX),
            ..Options::default()
        };
        Self {
            socket: dcsctp::new_socket("", &options),
            epoch: now,
            role,
            message_bytes_max,
            channels: BTreeMap::new(),
            outputs: VecDeque::new(),
            is_up: false,
            has_ended: false,
        }
    }

    /// Starts the association; DTLS is up.
    pub(crate) fn start(&mut self, now: Instant) {
        self.advance(now);
        self.socket.connect();
        self.drain();
    }

    pub(crate) fn handle(&mut self, packet: &[u8], now: Instant) {
        self.advance(now);
        self.socket.handle_input(packet);
        self.drain();
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.advance(now);
        self.drain();
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let at = self.socket.poll_timeout();
        let is_never = at == SocketTime::infinite_future();
        if is_never || self.has_ended { None } else { self.epoch.checked_add(at - SocketTime::zero()) }
    }

    pub(crate) fn poll(&mut self) -> Option<SctpOutput> {
        self.outputs.pop_front()
    }

    pub(crate) fn open(&mut self, settings: ChannelSettings, now: Instant) -> Result<ChannelId, OpenError> {
        // The DTLS client has the even ids (RFC 8832 §6).
        let first = u16::from(self.role == DtlsRole::Server);
        let free = (first..STREAMS_MAX).step_by(2).find(|id| !self.channels.contains_key(id));
        let id = free.ok_or(OpenError::TooMany)?;
        let open = Dcep::Open(settings.clone()).to_bytes();
        self.insert(id, settings, false)?;
        self.advance(now);
        self.send_dcep(id, open);
        self.drain();
        Ok(ChannelId(id))
    }

    pub(crate) fn negotiate(&mut self, channel: ChannelId, settings: ChannelSettings, now: Instant) -> Result<(), OpenError> {
        self.insert(channel.0, settings, true)?;
        self.advance(now);
        self.drain();
        self.open_negotiated();
        Ok(())
    }

    fn insert(&mut self, id: u16, settings: ChannelSettings, is_negotiated: bool) -> Result<(), OpenError> {
        if self.has_ended {
            return Err(OpenError::NotAvailable);
        }
        if settings.label.len() > LABEL_BYTES_MAX {
            return Err(OpenError::LabelTooLong);
        }
        if id >= STREAMS_MAX || self.channels.contains_key(&id) {
            return Err(OpenError::Taken);
        }
        if self.channels.len() >= CHANNELS_MAX {
            return Err(OpenError::TooMany);
        }
        let channel = Channel { settings, is_open: false, is_negotiated, reset_sent: false, reset_done: false, reset_received: false };
        self.channels.insert(id, channel);
        Ok(())
    }

    pub(crate) fn close_channel(&mut self, channel: ChannelId, now: Instant) {
        self.advance(now);
        self.reset(channel.0);
        self.drain();
    }

    pub(crate) fn send(&mut self, channel: ChannelId, binary: bool, message: &[u8], now: Instant) -> Result<(), SendError> {
        let known = self.channels.get(&channel.0).filter(|known| !known.reset_sent);
        let known = known.ok_or(SendError::NotOpen)?;
        if message.len() > self.message_bytes_max {
            return Err(SendError::TooLong);
        }
        if self.buffered(channel) + message.len() > CHANNEL_BUFFER_BYTES_MAX {
            return Err(SendError::Full);
        }
        // SCTP has no empty messages, so a byte stands for nothing.
        let (ppid, payload) = match (binary, message.is_empty()) {
            (true, false) => (PPID_BINARY, message.to_vec()),
            (true, true) => (PPID_BINARY_EMPTY, vec![0]),
            (false, false) => (PPID_TEXT, message.to_vec()),
            (false, true) => (PPID_TEXT_EMPTY, vec![0]),
        };
        let options = SendOptions {
            // Until the peer has confirmed the channel, order keeps messages behind the request.
            unordered: !known.settings.ordered && known.is_open,
            max_retransmissions: known.settings.max_retransmits,
            ..SendOptions::default()
        };
        self.advance(now);
        let message = Message::new(StreamId(channel.0), PpId(ppid), payload);
        let sent = self.socket.send(message, &options);
        self.drain();
        use dcsctp::api::SendError as Refused;
        sent.map_err(|refused| match refused {
            Refused::MessageTooLarge { .. } => SendError::TooLong,
            Refused::ResourceExhaustion => SendError::Full,
            Refused::EmptyPayload | Refused::ShuttingDown => SendError::NotOpen,
        })
    }

    pub(crate) fn buffered(&self, channel: ChannelId) -> usize {
        self.socket.buffered_amount(StreamId(channel.0))
    }

    /// Aborts the association; the packet that says so is in the outputs.
    pub(crate) fn abort(&mut self) {
        self.socket.close();
        self.drain();
        self.end();
    }

    fn advance(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.epoch);
        self.socket.advance_time(SocketTime::zero() + elapsed);
    }

    fn drain(&mut self) {
        loop {
            while let Some(message) = self.socket.get_next_message() {
                self.receive(message);
            }
            let Some(event) = self.socket.poll_event() else { return };
            match event {
                SocketEvent::SendPacket(packet) => {
                    self.outputs.push_back(SctpOutput::Packet(packet));
                }
                SocketEvent::OnConnected() => {
                    self.is_up = true;
                    self.open_negotiated();
                }
                SocketEvent::OnClosed() | SocketEvent::OnAborted(..) => self.end(),
                SocketEvent::OnStreamsResetPerformed(streams) | SocketEvent::OnStreamsResetFailed(streams) => {
                    for StreamId(id) in streams {
                        self.settle_reset(id, |channel| channel.reset_done = true);
                    }
                }
                SocketEvent::OnIncomingStreamReset(streams) => self.reset_by_peer(&streams),
                _ => {}
            }
        }
    }

    fn open_negotiated(&mut self) {
        if !self.is_up {
            return;
        }
        for (id, channel) in &mut self.channels {
            if channel.is_negotiated && !channel.is_open {
                channel.is_open = true;
                let settings = channel.settings.clone();
                self.outputs.push_back(SctpOutput::Open(ChannelId(*id), settings));
            }
        }
    }

    fn receive(&mut self, message: Message) {
        let StreamId(id) = message.stream_id;
        let PpId(ppid) = message.ppid;
        let (binary, bytes) = match ppid {
            PPID_DCEP => return self.receive_dcep(id, &message.payload),
            PPID_TEXT => (false, message.payload),
            PPID_BINARY => (true, message.payload),
            PPID_TEXT_EMPTY => (false, Vec::new()),
            PPID_BINARY_EMPTY => (true, Vec::new()),
            _ => return,
        };
        let is_wanted = self.channels.get(&id).is_some_and(|c| c.is_open && !c.reset_received);
        if is_wanted && bytes.len() <= MESSAGE_BYTES_MAX {
            let channel = ChannelId(id);
            self.outputs.push_back(SctpOutput::Message { channel, binary, bytes });
        }
    }

    fn receive_dcep(&mut self, id: u16, bytes: &[u8]) {
        match Dcep::parse(bytes) {
            Some(Dcep::Open(settings)) => {
                // A second request for a channel we have is a repetition, or a mistake that
                // changes nothing.
                if !self.channels.contains_key(&id) && self.insert(id, settings, false).is_err() {
                    return self.refuse(id);
                }
                self.send_dcep(id, Dcep::Ack.to_bytes());
                self.mark_open(id);
            }
            Some(Dcep::Ack) => self.mark_open(id),
            None if self.channels.contains_key(&id) => {}
            None => self.refuse(id),
        }
    }

    fn mark_open(&mut self, id: u16) {
        let Some(channel) = self.channels.get_mut(&id) else { return };
        if !channel.is_open {
            channel.is_open = true;
            let settings = channel.settings.clone();
            self.outputs.push_back(SctpOutput::Open(ChannelId(id), settings));
        }
    }

    fn send_dcep(&mut self, id: u16, bytes: Vec<u8>) {
        // A full buffer loses the message; the channel then never opens, which the peer sees.
        let message = Message::new(StreamId(id), PpId(PPID_DCEP), bytes);
        let _ = self.socket.send(message, &SendOptions::default());
    }

    fn refuse(&mut self, id: u16) {
        let _ = self.socket.reset_streams(&[StreamId(id)]);
    }

    fn reset(&mut self, id: u16) {
        let Some(channel) = self.channels.get_mut(&id) else { return };
        if channel.reset_sent {
            return;
        }
        channel.reset_sent = true;
        if self.socket.reset_streams(&[StreamId(id)]).is_err() {
            // Without an association, or with a peer that cannot, there is nothing to wait for.
            self.forget(id);
        }
    }

    fn reset_by_peer(&mut self, streams: &[StreamId]) {
        let ids: Vec<u16> = match streams {
            [] => self.channels.keys().copied().collect(),
            some => some.iter().map(|StreamId(id)| *id).collect(),
        };
        for id in ids {
            // The peer's side stays in "closing" until ours is reset too.
            self.reset(id);
            self.settle_reset(id, |channel| channel.reset_received = true);
        }
    }

    fn settle_reset(&mut self, id: u16, note: impl FnOnce(&mut Channel)) {
        let Some(channel) = self.channels.get_mut(&id) else { return };
        note(channel);
        if channel.reset_done && channel.reset_received {
            self.forget(id);
        }
    }

    fn forget(&mut self, id: u16) {
        if self.channels.remove(&id).is_some() {
            self.outputs.push_back(SctpOutput::Closed(ChannelId(id)));
        }
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.is_up = false;
        let ids: Vec<u16> = self.channels.keys().copied().collect();
        ids.into_iter().for_each(|id| self.forget(id));
    }
}
