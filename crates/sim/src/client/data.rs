//! Data channels: the three that every client opens, and the packets on them.

use std::collections::BTreeMap;

use livekit_protocol as proto;
use prost::Message as _;
use proto::data_packet::Value;
use str0m::change::SdpApi;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};

use super::{Client, Told};

/// A message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The sender's identity, as the server says.
    pub from: String,
    /// Its topic.
    pub topic: String,
    /// What was said.
    pub payload: Vec<u8>,
    /// Over the reliable channel.
    pub reliable: bool,
}

#[derive(Debug, Default)]
pub(super) struct Channels {
    ids: BTreeMap<&'static str, ChannelId>,
    open: Vec<ChannelId>,
    sequence: u32,
    waiting: Vec<(bool, Vec<u8>)>,
}

const RELIABLE: &str = "_reliable";
const LOSSY: &str = "_lossy";
const TRACK: &str = "_data_track";

impl Channels {
    /// Forgets the channels of an earlier connection.
    pub(super) fn begin(&mut self) {
        self.ids.clear();
        self.open.clear();
    }

    pub(super) fn open(&mut self, changes: &mut SdpApi<'_>) {
        for label in [LOSSY, RELIABLE, TRACK] {
            let ordered = label == RELIABLE;
            let reliability = if ordered { Reliability::Reliable } else { Reliability::MaxRetransmits { retransmits: 0 } };
            let config = ChannelConfig { label: label.to_owned(), ordered, reliability, ..ChannelConfig::default() };
            let id = changes.add_channel_with_config(config);
            self.ids.insert(label, id);
        }
    }
}

impl Client {
    /// Sends a message to those named, or to everybody.
    pub fn send_data(&mut self, payload: &[u8], topic: &str, reliable: bool, to: &[&str]) {
        let user = proto::UserPacket { payload: payload.to_vec(), topic: Some(topic.to_owned()), ..proto::UserPacket::default() };
        let mut packet = proto::DataPacket { value: Some(Value::User(user)), ..proto::DataPacket::default() };
        packet.destination_identities = to.iter().map(|identity| (*identity).to_owned()).collect();
        if reliable {
            self.channels.sequence += 1;
            packet.sequence = self.channels.sequence;
        }
        self.channels.waiting.push((reliable, packet.encode_to_vec()));
        self.flush_data();
    }

    fn flush_data(&mut self) {
        let waiting = std::mem::take(&mut self.channels.waiting);
        for (reliable, bytes) in waiting {
            let label = if reliable { RELIABLE } else { LOSSY };
            let id = self.channels.ids.get(label).copied().filter(|id| self.channels.open.contains(id));
            let sent = id.and_then(|id| self.rtc.channel(id)).is_some_and(|mut channel| channel.write(true, &bytes).unwrap_or(false));
            if !sent {
                self.channels.waiting.push((reliable, bytes));
            }
        }
    }

    pub(super) fn channel_opened(&mut self, id: ChannelId) {
        self.channels.open.push(id);
        self.flush_data();
    }

    pub(super) fn data_received(&mut self, id: ChannelId, bytes: &[u8]) {
        if self.channels.ids.get(TRACK) == Some(&id) {
            return;
        }
        let Ok(packet) = proto::DataPacket::decode(bytes) else {
            self.complain("data that is no packet");
            return;
        };
        let Some(Value::User(user)) = packet.value else { return };
        let reliable = self.channels.ids.get(RELIABLE) == Some(&id);
        let topic = user.topic.unwrap_or_default();
        let delivered = Delivered { from: packet.participant_identity, topic, payload: user.payload, reliable };
        self.told.push_back(Told::Data(delivered));
    }
}
