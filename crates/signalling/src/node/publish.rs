//! Publishing: a client announces a track and offers a section for it, in either order. When both
//! have come the track is live for the others.

use std::time::Instant;

use livekit_protocol as proto;
use proto::request_response::{Reason, Request};
use proto::signal_response::Message;
use sfu::{LayerSetup, Mid, Rid, Source, TrackSetup};
use transport::sdp::{Offer, Section};

use super::plan::{self, Wish};
use super::state::{Member, Pending, Published, Received};
use super::{MemberKey, Node};
use crate::control::{Happening, MediaKind, TrackSource};
use crate::limits::{LAYERS_MAX, PENDING_PER_CID_MAX, PENDING_TRACKS_MAX, WORD_BYTES_MAX};
use crate::wire;

/// Audio features of the wire.
const FEATURE_STEREO: i32 = 0;
const FEATURE_NO_DTX: i32 = 1;
/// How the layers of a picture travel: each in a stream of its own, or all in one.
const MODE_MULTIPLE_LAYERS_PER_STREAM: i32 = proto::video_layer::Mode::MultipleSpatialLayersPerStream as i32;
const MODE_ONE_LAYER_PER_STREAM: i32 = proto::video_layer::Mode::OneSpatialLayerPerStream as i32;

impl Node {
    /// A track is announced.
    pub(super) fn add_track(&mut self, who: MemberKey, request: proto::AddTrackRequest, now: Instant) {
        let tracks_max = self.config.limits.tracks_per_participant_max;
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        if let Err((reason, message)) = check_request(member, &request, tracks_max) {
            self.send(who, refused(reason, message, Request::AddTrack(request)));
            return;
        }
        let taken = |cids: &[String]| cids.contains(&request.cid);
        let publishing = &mut member.publishing;
        let busy =
            publishing.pending.iter().any(|pending| taken(&pending.cids)) || publishing.tracks.iter().any(|track| taken(&track.cids));
        if busy {
            let same = publishing.queued.iter().filter(|queued| queued.cid == request.cid).count();
            let (reason, text) = if same >= PENDING_PER_CID_MAX {
                (Reason::LimitExceeded, "too many requests for this track")
            } else {
                publishing.queued.push(request.clone());
                (Reason::Queued, "")
            };
            self.send(who, refused(reason, text, Request::AddTrack(request)));
            return;
        }
        let cid = request.cid.clone();
        let pending = announce(self.chance.id(prefix(&request)), request);
        let track = Some(pending.info.clone());
        member.publishing.pending.push(pending);
        self.send(who, Message::TrackPublished(proto::TrackPublishedResponse { cid, track }));
        // The section may have come before.
        let offer = self.members.find_mut(who).and_then(|member| member.link.offer.take());
        if let Some(offer) = offer {
            self.match_sections(who, &offer, now);
            if let Some(member) = self.members.find_mut(who) {
                member.link.offer = Some(offer);
            }
            self.publish_matched(who, now);
        }
    }

    /// Finds the announced track of each section the client sends in. Tells which live tracks no
    /// longer have one.
    pub(super) fn match_sections(&mut self, who: MemberKey, offer: &Offer, _now: Instant) -> Vec<String> {
        let Some(member) = self.members.find_mut(who) else {
            return Vec::new();
        };
        let sending = || offer.sections.iter().filter(|s| !s.stopped && s.direction.sends());
        let publishing = &mut member.publishing;
        publishing.sections.retain(|mid, _| sending().any(|section| section.mid == *mid));
        for pending in &mut publishing.pending {
            let gone = |mid: &mut String| !sending().any(|section| section.mid == *mid);
            if pending.mid.as_mut().is_some_and(gone) {
                pending.mid = None;
            }
        }
        for exact in [true, false] {
            for section in sending() {
                let live = publishing.tracks.iter().any(|track| track.mid == section.mid);
                let mid = Some(&section.mid);
                if live || publishing.pending.iter().any(|p| p.mid.as_ref() == mid) {
                    continue;
                }
                let free = publishing.pending.iter_mut().filter(|pending| pending.mid.is_none());
                let mut fits = free.filter(|pending| pending.suits(section, exact));
                if let Some(pending) = fits.next() {
                    pending.mid = Some(section.mid.clone());
                }
            }
        }
        let gone = publishing.tracks.iter();
        let gone = gone.filter(|track| !sending().any(|section| section.mid == track.mid));
        gone.map(|track| track.info.sid.clone()).collect()
    }

    /// Makes live what has both an announcement and an answered section.
    pub(super) fn publish_matched(&mut self, who: MemberKey, now: Instant) {
        loop {
            let Some(member) = self.members.find_mut(who) else {
                return;
            };
            let publishing = &mut member.publishing;
            let sections = &publishing.sections;
            let ready = publishing.pending.iter().position(|pending| pending.mid.as_ref().is_some_and(|mid| sections.contains_key(mid)));
            let Some(ready) = ready else {
                return;
            };
            let pending = publishing.pending.remove(ready);
            self.go_live(who, pending, now);
        }
    }

    fn go_live(&mut self, who: MemberKey, pending: Pending, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let mid = pending.mid.clone().unwrap_or_default();
        let offer = member.link.offer.as_ref();
        let Some(received) = member.publishing.sections.get(&mid).cloned() else {
            return;
        };
        let Some(section) = offer.and_then(|offer| offer.section(&mid)) else {
            return;
        };
        let (setup, qualities) = track_setup(&pending, section, &received);
        let encrypted = setup.encrypted;
        let media = self.sfu.add_track(member.link.media, setup, now);
        let Ok(media) = media else {
            let track_sid = pending.info.sid;
            self.send(who, Message::TrackUnpublished(proto::TrackUnpublishedResponse { track_sid }));
            return;
        };
        let sid = pending.info.sid.clone();
        let muted = pending.info.muted;
        let info = live_info(pending.info, &mid, section, &received, encrypted);
        let (room, kind, plain) = (member.room, pending.kind, wire::track(&info));
        member.publishing.tracks.push(Published {
            info,
            kind,
            cids: pending.cids,
            mid,
            media,
            qualities,
            codec: received,
            subscribed_told: false,
        });
        member.info.is_publisher = true;
        self.tracks.insert(media, (who, sid.clone()));
        if muted {
            self.sfu.set_muted(media, true, now);
        }
        self.announce_to_others(who);
        self.offer_track(room, who, &sid, now);
        if let Some(member) = self.members.find(who) {
            let participant = member.plain();
            self.tell(room, Happening::TrackPublished(participant, plain), now);
        }
        self.room_counts_changed(room, now);
    }

    /// Ends a live track.
    pub(super) fn unpublish(&mut self, who: MemberKey, sid: &str, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let room = member.room;
        let tracks = &mut member.publishing.tracks;
        let Some(at) = tracks.iter().position(|track| track.info.sid == sid) else {
            return;
        };
        let track = tracks.remove(at);
        let queued = &mut member.publishing.queued;
        let next = queued.iter().position(|request| track.cids.contains(&request.cid));
        let next = next.map(|at| queued.remove(at));
        self.announce_to_others(who);
        self.forget_track(room, sid, now);
        self.tracks.remove(&track.media);
        self.sfu.remove_track(track.media);
        if let Some(member) = self.members.find(who) {
            let plain = member.plain();
            let track = wire::track(&track.info);
            self.tell(room, Happening::TrackUnpublished(plain, track), now);
        }
        if let Some(request) = next {
            self.add_track(who, request, now);
        }
        self.room_counts_changed(room, now);
    }

    /// The server ends a track of a client and tells it.
    pub(super) fn revoke(&mut self, who: MemberKey, sid: &str, now: Instant) {
        self.unpublish(who, sid, now);
        let track_sid = sid.to_owned();
        self.send(who, Message::TrackUnpublished(proto::TrackUnpublishedResponse { track_sid }));
    }

    pub(super) fn mute_own(&mut self, who: MemberKey, request: proto::MuteTrackRequest, now: Instant) {
        if !self.set_muted(who, &request.sid, request.muted, now) {
            self.send(who, refused(Reason::NotFound, "track not found", Request::Mute(request)));
        }
    }

    /// Whether there is such a track.
    pub(super) fn set_muted(&mut self, who: MemberKey, sid: &str, muted: bool, now: Instant) -> bool {
        let Some(member) = self.members.find_mut(who) else {
            return false;
        };
        if let Some(pending) = member.publishing.pending.iter_mut().find(|p| p.info.sid == sid) {
            pending.info.muted = muted;
            return true;
        }
        let Some(track) = member.track_mut(sid) else {
            return false;
        };
        if track.info.muted != muted {
            track.info.muted = muted;
            self.sfu.set_muted(track.media, muted, now);
            self.announce_to_others(who);
        }
        true
    }

    pub(super) fn update_audio_track(&mut self, who: MemberKey, request: proto::UpdateLocalAudioTrack, _now: Instant) {
        let track = self.members.find_mut(who).and_then(|m| m.track_mut(&request.track_sid));
        if let Some(track) = track.filter(|track| track.kind == MediaKind::Audio) {
            track.info.audio_features = request.features.iter().take(16).copied().collect();
            mirror_features(&mut track.info);
            self.announce_to_others(who);
            return;
        }
        let echo = Request::UpdateAudioTrack(request);
        self.send(who, refused(Reason::NotFound, "track not found", echo));
    }

    pub(super) fn update_video_track(&mut self, who: MemberKey, request: proto::UpdateLocalVideoTrack, _now: Instant) {
        let track = self.members.find_mut(who).and_then(|m| m.track_mut(&request.track_sid));
        if let Some(track) = track.filter(|track| track.kind == MediaKind::Video) {
            track.info.width = request.width;
            track.info.height = request.height;
            self.announce_to_others(who);
            return;
        }
        let echo = Request::UpdateVideoTrack(request);
        self.send(who, refused(Reason::NotFound, "track not found", echo));
    }

    pub(super) fn refuse_data_track(&mut self, who: MemberKey, request: proto::PublishDataTrackRequest) {
        let echo = Request::PublishDataTrack(request);
        self.send(who, refused(Reason::UnsupportedType, "data tracks are not enabled", echo));
    }
}

pub(super) fn refused(reason: Reason, message: &str, request: Request) -> Message {
    Message::RequestResponse(proto::RequestResponse {
        request_id: 0,
        reason: reason as i32,
        message: message.to_owned(),
        request: Some(request),
    })
}

fn check_request(member: &Member, request: &proto::AddTrackRequest, tracks_max: usize) -> Result<(), (Reason, &'static str)> {
    if request.r#type != 0 && request.r#type != 1 {
        return Err((Reason::UnsupportedType, "only audio and video tracks can be published"));
    }
    if !member.info.permission.may_publish(wire::source_from(request.source)) {
        return Err((Reason::NotAllowed, "does not have permission to publish this source"));
    }
    if !request.sid.is_empty() {
        return Err((Reason::UnsupportedType, "backup codecs are not enabled"));
    }
    let words = [&request.cid, &request.name, &request.stream];
    if request.cid.is_empty() || words.iter().any(|word| word.len() > WORD_BYTES_MAX) {
        return Err((Reason::InvalidRequest, "the track's id, name or stream is too long"));
    }
    let publishing = &member.publishing;
    let waiting = publishing.pending.len() + publishing.queued.len();
    if waiting >= PENDING_TRACKS_MAX || waiting + publishing.tracks.len() >= tracks_max {
        return Err((Reason::LimitExceeded, "too many tracks"));
    }
    Ok(())
}

fn prefix(request: &proto::AddTrackRequest) -> &'static str {
    let audio = request.r#type == 0;
    match (wire::source_from(request.source), audio) {
        (TrackSource::Camera, _) => "TR_VC",
        (TrackSource::Microphone, _) => "TR_AM",
        (TrackSource::ScreenShare, _) => "TR_VS",
        (TrackSource::ScreenShareAudio, _) => "TR_As",
        (TrackSource::Unknown, true) => "TR_AO",
        (TrackSource::Unknown, false) => "TR_VO",
    }
}

/// The track as it is told to its publisher; others see it once it is live.
#[expect(deprecated, reason = "old clients read the deprecated fields")]
fn announce(sid: String, request: proto::AddTrackRequest) -> Pending {
    let kind = if request.r#type == 0 { MediaKind::Audio } else { MediaKind::Video };
    let layers = sorted_layers(request.layers);
    let known = |codec: &&proto::SimulcastCodec| codec.codec.len() <= WORD_BYTES_MAX;
    let codecs: Vec<_> = request.simulcast_codecs.iter().filter(known).take(4).collect();
    let mut cids = vec![request.cid];
    cids.extend(codecs.iter().map(|codec| codec.cid.clone()).filter(|cid| !cid.is_empty()));
    cids.dedup();
    let infos: Vec<_> = codecs.iter().map(|codec| codec_info(codec, kind, &layers)).collect();
    let stream = match (request.stream.is_empty(), wire::source_from(request.source)) {
        (false, _) | (_, TrackSource::Unknown) => request.stream,
        (_, TrackSource::Camera | TrackSource::Microphone) => "camera".to_owned(),
        (_, TrackSource::ScreenShare | TrackSource::ScreenShareAudio) => "screen".to_owned(),
    };
    let layers = if layers.is_empty() { infos.first().map(|info| info.layers.clone()).unwrap_or_default() } else { layers };
    let several = infos.first().is_some_and(|i| i.video_layer_mode == MODE_MULTIPLE_LAYERS_PER_STREAM);
    let mut features: Vec<i32> = request.audio_features.into_iter().take(16).collect();
    for (set, feature) in [(request.stereo, FEATURE_STEREO), (request.disable_dtx, FEATURE_NO_DTX)] {
        if set && kind == MediaKind::Audio && !features.contains(&feature) {
            features.push(feature);
        }
    }
    let mut info = proto::TrackInfo {
        sid,
        r#type: request.r#type,
        name: request.name,
        muted: request.muted,
        width: request.width,
        height: request.height,
        simulcast: layers.len() > 1 && !several,
        source: request.source,
        layers,
        mime_type: infos.first().map(|info| info.mime_type.clone()).unwrap_or_default(),
        codecs: infos,
        disable_red: request.disable_red,
        encryption: request.encryption,
        stream,
        audio_features: features,
        backup_codec_policy: request.backup_codec_policy,
        packet_trailer_features: request.packet_trailer_features.into_iter().take(16).collect(),
        ..proto::TrackInfo::default()
    };
    mirror_features(&mut info);
    Pending { cids, kind, info, mid: None }
}

#[expect(deprecated, reason = "old clients read the deprecated fields")]
fn mirror_features(info: &mut proto::TrackInfo) {
    info.stereo = info.audio_features.contains(&FEATURE_STEREO);
    info.disable_dtx = info.audio_features.contains(&FEATURE_NO_DTX);
}

fn codec_info(codec: &proto::SimulcastCodec, kind: MediaKind, layers: &[proto::VideoLayer]) -> proto::SimulcastCodecInfo {
    let name = codec.codec.rsplit('/').next().unwrap_or_default();
    let media = if kind == MediaKind::Audio { "audio" } else { "video" };
    let known = ["opus", "red", "VP8", "H264", "VP9", "AV1"];
    let name = known.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name);
    let all_in_one = name == "VP9" || name == "AV1";
    let mode = match codec.video_layer_mode {
        0 if all_in_one => MODE_MULTIPLE_LAYERS_PER_STREAM,
        0 => MODE_ONE_LAYER_PER_STREAM,
        other => other,
    };
    let own = sorted_layers(codec.layers.clone());
    proto::SimulcastCodecInfo {
        mime_type: if name.is_empty() { String::new() } else { format!("{media}/{name}") },
        mid: String::new(),
        cid: codec.cid.clone(),
        layers: if own.is_empty() { layers.to_vec() } else { own },
        video_layer_mode: mode,
        sdp_cid: String::new(),
    }
}

fn sorted_layers(mut layers: Vec<proto::VideoLayer>) -> Vec<proto::VideoLayer> {
    layers.retain(|layer| (0..=2).contains(&layer.quality) && layer.rid.len() <= WORD_BYTES_MAX);
    layers.sort_by_key(|layer| layer.quality);
    layers.dedup_by_key(|layer| layer.quality);
    layers
}

impl Pending {
    /// Whether a section is this track's; `exact`: by the id the client gave it.
    fn suits(&self, section: &Section, exact: bool) -> bool {
        if plan::media_kind(section) != Some(self.kind) {
            return false;
        }
        if !exact {
            return true;
        }
        let known = |id: &str| self.cids.iter().any(|cid| cid == id);
        section.sent_msid().is_some_and(|msid| known(&msid.track) || known(&msid.stream))
    }
}

/// What a publisher said about the track of a section, if it said anything yet.
#[expect(deprecated, reason = "the mirrored fields are at hand")]
pub(super) fn wish_for(member: &Member, section: &Section) -> Wish {
    let publishing = &member.publishing;
    let pending = publishing.pending.iter().filter(|p| p.mid.as_deref() == Some(&section.mid));
    let live = publishing.tracks.iter().filter(|track| track.mid == section.mid);
    let Some(info) = pending.map(|p| &p.info).chain(live.map(|track| &track.info)).next() else {
        return Wish::default();
    };
    let mime = if info.mime_type.is_empty() { "" } else { &info.mime_type };
    Wish {
        codec: mime.rsplit('/').next().unwrap_or_default().to_owned(),
        disable_red: info.disable_red || info.encryption != 0,
        disable_dtx: info.disable_dtx,
        stereo: info.stereo,
    }
}

/// The track as others see it.
#[expect(deprecated, reason = "old clients read the deprecated fields")]
fn live_info(mut info: proto::TrackInfo, mid: &str, section: &Section, received: &Received, encrypted: bool) -> proto::TrackInfo {
    mid.clone_into(&mut info.mid);
    info.mime_type.clone_from(&received.mime);
    info.disable_red |= encrypted;
    let sdp_cid = section.sent_msid().map(|msid| msid.track.clone()).unwrap_or_default();
    if info.codecs.is_empty() {
        info.codecs.push(proto::SimulcastCodecInfo { layers: info.layers.clone(), ..proto::SimulcastCodecInfo::default() });
    }
    if let Some(codec) = info.codecs.first_mut() {
        codec.mime_type.clone_from(&received.mime);
        mid.clone_into(&mut codec.mid);
        codec.sdp_cid = sdp_cid;
    }
    info
}

/// What the media machine needs to know, and the quality of each layer from low to high.
#[expect(deprecated, reason = "layers of the first codec are kept where old clients look")]
fn track_setup(pending: &Pending, section: &Section, received: &Received) -> (TrackSetup, Vec<i32>) {
    let announced = &pending.info.layers;
    let streams = layer_streams(section);
    let single = streams.len() == 1;
    let mut layers = Vec::with_capacity(streams.len());
    let mut qualities = Vec::with_capacity(streams.len());
    for (index, stream) in streams.into_iter().enumerate() {
        let by_rid = stream.rid.and_then(|rid| announced.iter().find(|l| l.rid == rid.as_str()));
        let by_order = if single { announced.last() } else { announced.get(index) };
        let layer = by_rid.or(by_order);
        let small = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
        qualities.push(layer.map_or(i32::try_from(index).unwrap_or(2), |layer| layer.quality));
        layers.push(LayerSetup {
            width: layer.map_or(0, |layer| small(layer.width)),
            height: layer.map_or(0, |layer| small(layer.height)),
            bitrate_bps: layer.map_or(0, |layer| layer.bitrate),
            ..stream
        });
    }
    let setup = TrackSetup {
        source: media_source(pending),
        mid: Mid::new(&section.mid),
        codec: received.codec,
        layers,
        extensions: received.extensions,
        nack: received.nack,
        encrypted: pending.info.encryption != 0,
    };
    (setup, qualities)
}

/// The streams of a section from low to high: by rid, by a group of sources, or just one.
fn layer_streams(section: &Section) -> Vec<LayerSetup> {
    let by_ssrc = |ssrc: u32| LayerSetup { ssrc: Some(ssrc), rtx_ssrc: section.rtx_of(ssrc), ..LayerSetup::default() };
    let rids = section.simulcast.as_ref().map(|simulcast| simulcast.send.as_slice());
    let mut rids: Vec<Rid> = rids.unwrap_or_default().iter().filter_map(|stream| Rid::new(&stream.rid)).collect();
    if !rids.is_empty() {
        // LiveKit's names have an order of their own; others are listed from low to high.
        let rank = |rid: &Rid| "qhf".find(rid.as_str());
        if rids.iter().all(|rid| rank(rid).is_some()) {
            rids.sort_by_key(rank);
        }
        let layer = |rid| LayerSetup { rid: Some(rid), ..LayerSetup::default() };
        return rids.into_iter().take(LAYERS_MAX).map(layer).collect();
    }
    let group = section.source_groups.iter().find(|group| group.semantics == "SIM");
    if let Some(group) = group {
        return group.ssrcs.iter().take(LAYERS_MAX).map(|ssrc| by_ssrc(*ssrc)).collect();
    }
    let first = section.sources.first().map(|source| by_ssrc(source.ssrc));
    vec![first.unwrap_or_default()]
}

fn media_source(pending: &Pending) -> Source {
    let source = wire::source_from(pending.info.source);
    match (pending.kind, source) {
        (MediaKind::Audio, TrackSource::ScreenShareAudio) => Source::ScreenShareAudio,
        (MediaKind::Audio, _) => Source::Microphone,
        (MediaKind::Video, TrackSource::ScreenShare) => Source::ScreenShare,
        (MediaKind::Video, _) => Source::Camera,
    }
}
