//! RTCP, both ways: what peers say of the streams they get and of their own clocks, and what they are
//! told of what they send. It must not believe a word about streams of other peers.

use std::time::{Duration, Instant};

use crate::down::Descriptor;
use crate::face::{PeerId, Sfu, Sink};
use crate::ingress::reason_of;
use crate::peer::Sending;
use crate::pool::PACKET_BYTES_MAX;
use crate::rtcp::{Packet, Packets, ReferenceAnswer, ReportBlock, ReportBlocks, Writer};
use crate::srtp::OVERHEAD_MAX;
use crate::stats::DropReason;
use crate::track::Clock;
use crate::twcc::Recorder;

/// Packets named in one NACK of ours.
const NACKED_MAX: usize = 64;
/// Clocks of one peer's receivers that wait for an answer.
const REFERENCES_MAX: usize = 32;
/// Blocks in one receiver report.
const BLOCKS_MAX: usize = 31;
/// Gaps are asked for again after this long while no round trip is known.
const RTT_DEFAULT: Duration = Duration::from_millis(100);
const RTCP_BYTES_MAX: usize = 1_200;
/// Lost packets that a subscriber may name in one datagram.
const NACKS_PER_DATAGRAM_MAX: usize = 512;

/// What a peer is to be told about its own packets.
#[derive(Default)]
pub(crate) struct Feedback {
    recorder: Option<Box<Recorder>>,
    media_ssrc: u32,
    pub(crate) last_heard: Option<Instant>,
    /// Clocks of receivers that wait for an answer, and when they came.
    references: Vec<(ReferenceAnswer, Instant)>,
}

impl Feedback {
    pub(crate) fn record(&mut self, sequence: u16, ssrc: u32, now: Instant) {
        self.recorder.get_or_insert_with(Box::default).record(sequence, now);
        self.media_ssrc = ssrc;
    }

    /// A receiver told its clock and is to learn how long ago that was.
    fn refer(&mut self, ssrc: u32, ntp: u64, now: Instant) {
        let answer = ReferenceAnswer { ssrc, last_reference: crate::wire::low32(ntp >> 16), delay_since: 0 };
        if let Some(known) = self.references.iter_mut().find(|(known, _)| known.ssrc == ssrc) {
            *known = (answer, now);
        } else if self.references.len() < REFERENCES_MAX {
            self.references.push((answer, now));
        }
    }

    fn take_references(&mut self, now: Instant) -> Vec<ReferenceAnswer> {
        let answer = |(answer, came): (ReferenceAnswer, Instant)| ReferenceAnswer { delay_since: short_ntp(now, came), ..answer };
        self.references.drain(..).map(answer).collect()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.recorder.as_ref().and_then(|recorder| recorder.poll_timeout())
    }
}

/// The time that passed since `then`, in 1/65536 s.
fn short_ntp(now: Instant, then: Instant) -> u32 {
    let passed = now.saturating_duration_since(then).as_secs_f64();
    u32::try_from(crate::measure::whole(passed * 65_536.0)).unwrap_or(u32::MAX)
}

/// A path that loses so much of its own gets what is sent again twice: one copy in five would be lost as well, and
/// receivers ask only a few times.
const TWICE_LOSS: f64 = 0.1;
/// On a path that loses so much, what was asked for before it was here is sent twice when it comes.
const AWAITED_LOSS: f64 = 0.02;
/// Retransmissions that would leave later than this are left out: they hold up what is new.
pub(crate) const RESENDS_WITHIN: Duration = Duration::from_millis(250);

impl Sfu {
    pub(crate) fn take_rtcp(&mut self, peer_id: PeerId, bytes: &mut [u8], now: Instant) -> Result<(), DropReason> {
        let peer = self.peers.find_mut(peer_id).ok_or(DropReason::NoKeys)?;
        let keys = peer.keys.as_mut().ok_or(DropReason::NoKeys)?;
        let length = keys.opener.open_rtcp(bytes).map_err(reason_of)?;
        peer.feedback.last_heard = Some(now);
        let clear = bytes.get(..length).ok_or(DropReason::Malformed)?;
        for packet in Packets::new(clear) {
            match packet.map_err(|_| DropReason::Malformed)? {
                Packet::SenderReport(report) => {
                    self.take_clock(peer_id, report.ssrc, Clock { times: report.times, arrived: now });
                    self.take_blocks(peer_id, report.blocks, now);
                }
                Packet::ReceiverReport(report) => self.take_blocks(peer_id, report.blocks, now),
                Packet::Nack(nack) => {
                    for sequence in nack.sequences().take(NACKS_PER_DATAGRAM_MAX) {
                        self.send_again(peer_id, nack.media, sequence, now);
                    }
                }
                Packet::KeyFrameRequest(request) => self.take_key_frame_request(peer_id, request.media, now),
                Packet::FullIntraRequest(request) => {
                    for (ssrc, _) in request.entries {
                        self.take_key_frame_request(peer_id, ssrc, now);
                    }
                }
                Packet::Transport(feedback) => self.take_transport_feedback(peer_id, &feedback, now),
                Packet::Remb(remb) => {
                    if let Some(peer) = self.peers.find_mut(peer_id) {
                        peer.budget.apply_receiver_estimate(remb.bitrate_bps, now);
                    }
                }
                Packet::Extended(report) => {
                    if let (Some(ntp), Some(peer)) = (report.reference_time(), self.peers.find_mut(peer_id)) {
                        peer.feedback.refer(report.ssrc, ntp, now);
                        self.touch(peer_id);
                    }
                }
                Packet::SourceDescription(_) | Packet::Bye(_) | Packet::Other { .. } => {}
            }
        }
        Ok(())
    }

    fn take_clock(&mut self, peer_id: PeerId, ssrc: u32, clock: Clock) {
        let binding = self.peers.find(peer_id).and_then(|peer| peer.bindings.get(&ssrc).copied());
        // RFC 3550 §6.4.1: a sender without a wall clock writes zero.
        let Some(binding) = binding.filter(|binding| !binding.rtx && clock.times.ntp != 0) else {
            return;
        };
        let track = self.tracks.find_mut(binding.track);
        if let Some(layer) = track.and_then(|track| track.layers.get_mut(usize::from(binding.layer))) {
            layer.clock = Some(clock);
        }
    }

    fn take_blocks(&mut self, peer_id: PeerId, blocks: ReportBlocks<'_>, now: Instant) {
        for block in blocks {
            let Some(peer) = self.peers.find_mut(peer_id) else { return };
            let Some(Sending::Media(id)) = peer.sendings.get(&block.ssrc) else { continue };
            let Some(down) = self.downs.find_mut(*id) else { continue };
            down.announce_mid = false;
            down.loss = f32::from(block.fraction_lost) / 256.0;
            if let Some(rtt) = down.round_trip(block.last_sender_report, block.delay_since, now) {
                let smooth = peer.rtt.map_or(rtt, |known| (known * 7 + rtt) / 8);
                peer.rtt = Some(smooth);
                peer.budget.set_round_trip(smooth);
            }
        }
    }

    fn take_transport_feedback(&mut self, peer_id: PeerId, feedback: &crate::rtcp::TransportFeedback<'_>, now: Instant) {
        let Some(peer) = self.peers.find_mut(peer_id) else {
            return;
        };
        peer.budget.apply(feedback, now);
        if peer.budget.tick(now) {
            self.allocate(peer_id, now);
        }
        self.touch(peer_id);
    }

    /// Queues a packet that a subscriber did not get, under its retransmission SSRC when it has one.
    fn send_again(&mut self, peer_id: PeerId, ssrc: u32, sequence: u16, now: Instant) {
        let Some(peer) = self.peers.find_mut(peer_id) else {
            return;
        };
        let Some(Sending::Media(id)) = peer.sendings.get(&ssrc).copied() else {
            return;
        };
        let Some(down) = self.downs.find_mut(id) else {
            return;
        };
        if !down.may_resend(sequence, peer.rtt, now) {
            return;
        }
        if down.setup.rtx_ssrc.is_none() {
            peer.egress.push_plain_resend(id, sequence);
            self.touch(peer_id);
            return;
        }
        let current = down.current();
        // Since the switch to another layer, which a key frame began, the old one is of no use.
        let source = down.source_of(sequence).filter(|(layer, _)| current.is_none_or(|current| current == *layer));
        let Some((at, index)) = source else {
            return;
        };
        let layer = self.tracks.find(down.track).and_then(|track| track.layers.get(usize::from(at)));
        let found = layer.and_then(|layer| layer.kept(index)).and_then(|packet| Some((packet, self.pool.find(packet)?.1)));
        let Some((packet, parsed)) = found else {
            // Lost on the way to us as well: a receiver asks for nothing endlessly, so its request is remembered.
            if peer.budget.path_loss() >= AWAITED_LOSS {
                down.await_packet(at, index);
            }
            return;
        };
        if let Some(numbers) = down.again(parsed) {
            let packets_max = peer.budget.packets_within(RESENDS_WITHIN);
            let times = if peer.budget.path_loss() >= TWICE_LOSS { 2 } else { 1 };
            for _ in 0..times {
                peer.egress.push_resend(id, Descriptor { packet, numbers }, packets_max);
            }
            self.touch(peer_id);
        }
    }

    fn take_key_frame_request(&mut self, peer_id: PeerId, ssrc: u32, now: Instant) {
        let Some(peer) = self.peers.find(peer_id) else {
            return;
        };
        let Some(Sending::Media(id)) = peer.sendings.get(&ssrc).copied() else {
            return;
        };
        let Some((track, layer)) = self.downs.find(id).and_then(|down| Some((down.track, down.current().or(down.target())?))) else {
            return;
        };
        // Who asks while a key frame is on its way to it has not seen it yet.
        let round_trip = peer.rtt.unwrap_or(RTT_DEFAULT);
        let newest = self.tracks.find(track).and_then(|track| track.layers.get(usize::from(layer))?.newest_key);
        if newest.is_none_or(|key| now.saturating_duration_since(key.began) >= round_trip) {
            self.want_key_frame(track, layer, false);
        }
    }

    /// Writes and sends what a peer is to be told now: arrivals, gaps, wanted key frames.
    pub(crate) fn send_feedback(&mut self, peer_id: PeerId, now: Instant, sink: &mut impl Sink) {
        self.send_arrivals(peer_id, now, sink);
        let Some(peer) = self.peers.find_mut(peer_id) else {
            return;
        };
        let references = peer.feedback.take_references(now);
        let (sender, rtt) = (peer.report_ssrc, peer.rtt.unwrap_or(RTT_DEFAULT));
        let mut buffer = [0; RTCP_BYTES_MAX + OVERHEAD_MAX];
        let mut writer = Writer::new(buffer.get_mut(..RTCP_BYTES_MAX).unwrap_or_default());
        writer.reference_answers(sender, &references);
        for id in &peer.tracks {
            let Some(track) = self.tracks.find_mut(*id) else { continue };
            while let Some(ssrc) = track.take_key_frame_request(now) {
                self.stats.key_frame_requests += 1;
                writer.key_frame_request(sender, ssrc);
            }
            for at in 0..track.layers.len() {
                let Some(layer) = track.layers.get_mut(at) else { continue };
                let (Some(gaps), Some(ssrc)) = (&mut layer.gaps, layer.ssrc) else { continue };
                let mut due = [0; NACKED_MAX];
                let count = gaps.take_due(now, rtt, &mut due);
                let gave_up = gaps.take_gave_up();
                writer.nack(sender, ssrc, due.iter().take(count).copied());
                if gave_up && let Ok(at) = u8::try_from(at) {
                    track.want_key_frame(at, true);
                }
            }
        }
        let written = writer.written();
        self.send_rtcp(peer_id, &mut buffer, written, sink);
    }

    fn send_arrivals(&mut self, peer_id: PeerId, now: Instant, sink: &mut impl Sink) {
        let mut buffer = [0; RTCP_BYTES_MAX + OVERHEAD_MAX];
        loop {
            let Some(peer) = self.peers.find_mut(peer_id) else { return };
            let sender = peer.report_ssrc;
            let media = peer.feedback.media_ssrc;
            let Some(recorder) = peer.feedback.recorder.as_mut() else { return };
            if !recorder.is_due(now) {
                return;
            }
            let mut writer = Writer::new(buffer.get_mut(..RTCP_BYTES_MAX).unwrap_or_default());
            let mut any = false;
            while recorder.write(sender, media, &mut writer) {
                any = true;
            }
            let written = writer.written();
            if !any || written == 0 {
                return;
            }
            self.send_rtcp(peer_id, &mut buffer, written, sink);
        }
    }

    /// Once a second: what arrived from the peer, and the clocks of what it is sent.
    pub(crate) fn send_reports(&mut self, peer_id: PeerId, now: Instant, sink: &mut impl Sink) {
        self.send_receiver_report(peer_id, now, sink);
        let Some(peer) = self.peers.find(peer_id) else {
            return;
        };
        let mut buffer = [0; RTCP_BYTES_MAX + OVERHEAD_MAX];
        let mut reports = Vec::with_capacity(peer.downs.len());
        for id in &peer.downs {
            let Some(down) = self.downs.find_mut(*id) else { continue };
            let clock = down.clock_layer().and_then(|layer| self.tracks.find(down.track)?.layers.get(usize::from(layer))?.clock);
            let Some(times) = clock.and_then(|clock| down.sender_times(&clock, now)) else { continue };
            reports.push((*id, times));
        }
        let mut written = 0;
        for (id, times) in reports {
            let Some(down) = self.downs.find(id) else { continue };
            let (packets, octets) = (crate::wire::low32(down.packets), crate::wire::low32(down.payload_bytes));
            let mut append = |buffer: &mut [u8]| {
                let mut writer = Writer::new(buffer);
                writer.sender_report(down.setup.ssrc, times, packets, octets, &[])?;
                writer.source_description(down.setup.ssrc, down.setup.cname.as_bytes())?;
                Some(writer.written())
            };
            if let Some(length) = buffer.get_mut(written..RTCP_BYTES_MAX).and_then(&mut append) {
                written += length;
                continue;
            }
            let full = std::mem::take(&mut written);
            let next = {
                let mut fresh = [0; RTCP_BYTES_MAX + OVERHEAD_MAX];
                let length = fresh.get_mut(..RTCP_BYTES_MAX).and_then(&mut append);
                length.map(|length| (fresh, length))
            };
            self.send_rtcp(peer_id, &mut buffer, full, sink);
            if let Some((fresh, length)) = next {
                (buffer, written) = (fresh, length);
            }
        }
        self.send_rtcp(peer_id, &mut buffer, written, sink);
    }

    fn send_receiver_report(&mut self, peer_id: PeerId, now: Instant, sink: &mut impl Sink) {
        let Some(peer) = self.peers.find(peer_id) else {
            return;
        };
        let mut blocks = [ReportBlock::default(); BLOCKS_MAX];
        let mut count = 0;
        for id in &peer.tracks {
            let Some(track) = self.tracks.find_mut(*id) else { continue };
            for layer in &mut track.layers {
                let Some(place) = blocks.get_mut(count) else { break };
                let Some(block) = layer.report(now) else { continue };
                *place = block;
                count += 1;
            }
        }
        if count == 0 {
            return;
        }
        let mut buffer = [0; RTCP_BYTES_MAX + OVERHEAD_MAX];
        let mut writer = Writer::new(buffer.get_mut(..RTCP_BYTES_MAX).unwrap_or_default());
        writer.receiver_report(peer.report_ssrc, blocks.get(..count).unwrap_or_default());
        let written = writer.written();
        self.send_rtcp(peer_id, &mut buffer, written, sink);
    }

    /// Seals and sends one RTCP datagram.
    fn send_rtcp(&mut self, peer_id: PeerId, buffer: &mut [u8], length: usize, sink: &mut impl Sink) {
        debug_assert!(length <= PACKET_BYTES_MAX, "RTCP fits a datagram");
        if length == 0 {
            return;
        }
        let Some(keys) = self.peers.find_mut(peer_id).and_then(|peer| peer.keys.as_mut()) else {
            return;
        };
        if let Ok(sealed) = keys.sealer.seal_rtcp(buffer, length)
            && let Some(datagram) = buffer.get(..sealed)
        {
            sink.send(peer_id, datagram, datagram.len());
        }
    }
}
