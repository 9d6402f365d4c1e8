//! Packets: those of the transport, those of the sources, and those of others.

use std::time::{Duration, Instant};

use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::rtcp::{Nack, Rtcp};
use str0m::rtp::{ExtensionValues, RawPacket, RedDecoder, RedEncoder, RedundantBlock, RtpPacket, RtpWrite};
use str0m::{Event, Input, Output};
use transport::Transmit;

use super::{Client, Flow, LOOK_EVERY, Phase, Told};
use crate::frame::{read_audio, read_video};
use crate::seen::Packet;
use crate::source::{AUDIO_TICKS, Maker};

/// A picture that does not move for so long although packets come needs a key frame.
const PATIENCE: Duration = Duration::from_millis(250);
/// Packets of a layer that can be sent again, and for how long.
const REPEATS_MAX: usize = 1_024;
const REPEATED_FOR: Duration = Duration::from_secs(3);
/// How loud everybody speaks, in decibels below the loudest.
const AUDIO_LEVEL_DB: i8 = -30;
/// Outputs of one turn; more would be a loop without end.
const OUTPUTS_MAX: usize = 100_000;

impl Client {
    /// Takes a datagram.
    pub fn handle_datagram(&mut self, datagram: &Transmit, now: Instant) {
        if matches!(self.phase, Phase::New | Phase::Over) {
            return;
        }
        self.traffic.packets_in += 1;
        self.traffic.bytes_in += datagram.bytes.len() as u64;
        let Ok(received) = Receive::new(Protocol::Udp, datagram.source, datagram.destination, &datagram.bytes) else {
            self.complain("a datagram that is nothing of WebRTC");
            return;
        };
        if let Err(error) = self.rtc.handle_input(Input::Receive(now, received)) {
            self.complain(format!("a datagram that str0m refuses: {error}"));
        }
        self.drain(now);
    }

    /// Lets time pass for the transport and takes what it has.
    pub(super) fn drive(&mut self, now: Instant) {
        if self.rtc.is_alive()
            && let Err(error) = self.rtc.handle_input(Input::Timeout(now))
        {
            self.complain(format!("time that str0m refuses: {error}"));
        }
        self.drain(now);
    }

    fn drain(&mut self, now: Instant) {
        for _ in 0..OUTPUTS_MAX {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.due = Some(at.max(now));
                    return;
                }
                Ok(Output::Transmit(transmit)) => {
                    let bytes = transmit.contents.to_vec();
                    self.traffic.packets_out += 1;
                    self.traffic.bytes_out += bytes.len() as u64;
                    let (source, destination) = (transmit.source, transmit.destination);
                    self.transmits.push_back(Transmit { source, destination, protocol: transport::Protocol::Udp, bytes });
                }
                Ok(Output::Event(event)) => self.happen(event, now),
                Err(error) => {
                    self.complain(format!("a transport that broke: {error}"));
                    return;
                }
            }
        }
        self.complain("a transport that never rests");
    }

    fn happen(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connected => {
                self.connected = true;
                self.told.push_back(Told::Connected);
            }
            Event::RtpPacket(packet) => self.received(&packet, now),
            Event::KeyframeRequest(request) => {
                let known = self.publications.iter_mut().find(|known| known.mid == Some(request.mid));
                let Some(Maker::Camera(film)) = known.map(|known| &mut known.maker) else { return };
                let layers = film.layers.iter_mut();
                for reel in layers.filter(|reel| request.rid.is_none_or(|rid| *rid == *reel.layer.rid)) {
                    reel.key_wanted = true;
                }
            }
            Event::RawPacket(packet) => {
                if let RawPacket::RtcpRx(Rtcp::Nack(nack)) = &*packet {
                    self.send_sound_again(nack, now);
                }
            }
            Event::ChannelOpen(id, _) => self.channel_opened(id),
            Event::ChannelData(data) => self.data_received(data.id, &data.data),
            Event::ChannelClose(_) if self.phase != Phase::Over => self.complain("a data channel closed"),
            _ => {}
        }
    }

    fn received(&mut self, packet: &RtpPacket, now: Instant) {
        let ssrc = *packet.header.ssrc;
        let sequence: u64 = *packet.seq_no;
        let flow = self.flows.entry(ssrc).or_insert(Flow { first: sequence, newest: sequence, received: 0 });
        flow.newest = flow.newest.max(sequence);
        flow.received += 1;
        if packet.payload.is_empty() {
            return;
        }
        let epoch = self.config.epoch;
        let header = &packet.header;
        if let Some((descriptor, stamp)) = read_video(&packet.payload) {
            let packet = Packet { ssrc, sequence, time: header.timestamp, marker: header.marker };
            self.seen.see(&packet, &descriptor, &stamp, epoch, now);
        } else if self.is_redundant(header.payload_type) {
            for block in RedDecoder::decode(&packet.payload).unwrap_or_default() {
                if let Some(stamp) = read_audio(block.payload) {
                    self.seen.hear(ssrc, &stamp, !block.is_primary, epoch, now);
                }
            }
        } else if let Some(stamp) = read_audio(&packet.payload) {
            self.seen.hear(ssrc, &stamp, false, epoch, now);
        } else {
            self.complain(format!("a packet of {} bytes that nobody here made", packet.payload.len()));
        }
    }

    fn is_redundant(&self, payload_type: Pt) -> bool {
        self.rtc.codec_config().iter().any(|params| params.red() == Some(payload_type))
    }

    /// Sends sound again that did not arrive: the same number under the same source.
    fn send_sound_again(&mut self, nack: &Nack, now: Instant) {
        for known in &self.publications {
            let (Maker::Microphone(voice), Some(mid)) = (&known.maker, known.mid) else { continue };
            let Some(pt) = self.rtc.codec_config().find(|params| params.spec().codec == Codec::Opus).map(|params| params.pt()) else {
                continue;
            };
            let mut api = self.rtc.direct_api();
            let Some(stream) = api.stream_tx_by_mid(mid, None).filter(|stream| stream.ssrc() == nack.ssrc) else { continue };
            let named = nack.reports.iter().flat_map(|entry| {
                let more = (0..16_u16).filter(|bit| entry.blp & (1 << bit) != 0).map(|bit| entry.pid.wrapping_add(bit + 1));
                std::iter::once(entry.pid).chain(more)
            });
            for (number, time, payload) in named.filter_map(|sequence| voice.sent(sequence)) {
                stream.write_rtp(RtpWrite::new(pt, (*number).into(), *time, now, payload.clone()));
            }
        }
    }

    /// Asks for key frames where pictures stand still.
    pub(super) fn look(&mut self, now: Instant) {
        if now < self.looked_at + LOOK_EVERY {
            return;
        }
        self.looked_at = now;
        for ssrc in self.seen.stuck(PATIENCE, now) {
            if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc.into()) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        }
    }

    /// Sends what the sources made meanwhile.
    pub(super) fn make_media(&mut self, now: Instant) {
        let mut made = Vec::new();
        let mut writes = Vec::new();
        for known in &mut self.publications {
            made.clear();
            known.maker.make(known.live && self.connected && !known.muted, self.config.epoch, now, &mut made);
            let Some(mid) = known.mid.filter(|_| !made.is_empty()) else { continue };
            let codec = if known.is_video() { Codec::Vp8 } else { Codec::Opus };
            let Some(params) = self.rtc.codec_config().find(|params| params.spec().codec == codec) else { continue };
            let (pt, red, nackable) = (params.pt(), params.red().filter(|_| codec == Codec::Opus), known.is_video());
            let mut api = self.rtc.direct_api();
            if let (Maker::Camera(film), false) = (&known.maker, std::mem::replace(&mut known.repeats, true)) {
                for rid in film.rids() {
                    // Left to itself, str0m sends nothing again once that is 15 % of what it sends. No browser does so.
                    if let Some(stream) = api.stream_tx_by_mid(mid, rid.map(Into::into)) {
                        stream.set_rtx_cache(REPEATS_MAX, REPEATED_FOR, None);
                    }
                }
            }
            for packet in made.drain(..) {
                let rid: Option<Rid> = packet.rid.map(Into::into);
                let level = (!nackable).then_some(AUDIO_LEVEL_DB);
                let values = ExtensionValues { audio_level: level, voice_activity: level.map(|_| true), ..ExtensionValues::default() };
                let (pt, payload) = match (red, packet.before) {
                    (Some(red), Some(before)) => {
                        let before = RedundantBlock { pt: *pt, timestamp_offset: AUDIO_TICKS, payload: before };
                        (red, RedEncoder::encode(*pt, &packet.payload, &[before]))
                    }
                    _ => (pt, packet.payload),
                };
                let write = RtpWrite::new(pt, packet.sequence.into(), packet.time, now, payload);
                writes.push((mid, rid, write.marker(packet.marker).nackable(nackable).ext_vals(values)));
            }
        }
        self.write(writes, now);
    }

    /// Hands packets over one stream at a time: among streams that wait together str0m's order is not ours.
    fn write(&mut self, writes: Vec<(Mid, Option<Rid>, RtpWrite)>, now: Instant) {
        let mut before = None;
        for (mid, rid, write) in writes {
            if before.replace((mid, rid)).is_some_and(|before| before != (mid, rid)) {
                self.drive(now);
            }
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
                stream.write_rtp(write);
            }
        }
    }
}
