//! Subscribing: who receives which track, at what size, and what publishers learn of it.

use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;
use sfu::{DownSettings, DownSetup, TrackId};

use super::state::{Member, Published, admits};
use super::timers::{NEED_AFTER, START_AFTER};
use super::{MemberKey, Node, RoomKey};
use crate::control::{MediaKind, TrackSource};
use crate::limits::WISHES_MAX;
use crate::wire;

/// Qualities of the wire.
const QUALITY_LOW: i32 = 0;
const QUALITY_HIGH: i32 = 2;
/// The wire's error for a track whose codec the client cannot decode.
const CODEC_UNSUPPORTED: i32 = proto::SubscriptionError::SeCodecUnsupported as i32;

/// How much a worker that cannot keep up leaves out. Sound is never left out, the shared screen is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strain {
    /// Nothing.
    #[default]
    None,
    /// Large layers of cameras.
    Large,
    /// All but the smallest layers of cameras.
    Middle,
    /// Cameras.
    Cameras,
}

impl Strain {
    fn ease(self, settings: &mut DownSettings) {
        match self {
            Strain::None => {}
            Strain::Large => settings.max_layer = settings.max_layer.min(1),
            Strain::Middle => settings.max_layer = 0,
            Strain::Cameras => settings.paused = true,
        }
    }
}

impl Node {
    /// Leaves more or less out. What is left out comes back by itself when the strain is over.
    pub fn set_strain(&mut self, strain: Strain, now: Instant) {
        if self.strain == strain {
            return;
        }
        self.strain = strain;
        let downs: Vec<_> = self.downs.values().cloned().collect();
        for (who, sid) in downs {
            self.apply_settings(who, &sid, now);
        }
        self.settle(now);
    }

    /// Looks at every track of the room for one subscriber.
    pub(super) fn subscribe_to_all(&mut self, who: MemberKey, now: Instant) {
        let Some(room) = self.members.find(who).and_then(|m| self.rooms.find(m.room)) else {
            return;
        };
        let others = room.members.iter().filter(|other| **other != who);
        let others = others.filter_map(|other| Some((*other, self.members.find(*other)?)));
        let sids = |(owner, member): (MemberKey, &Member)| {
            let tracks = member.publishing.tracks.iter();
            tracks.map(|track| (owner, track.info.sid.clone())).collect::<Vec<_>>()
        };
        let tracks: Vec<_> = others.flat_map(sids).collect();
        for (owner, sid) in tracks {
            self.decide(who, owner, &sid, now);
        }
    }

    /// Looks at one track for every subscriber of the room.
    pub(super) fn offer_track(&mut self, room: RoomKey, owner: MemberKey, sid: &str, now: Instant) {
        let members = self.rooms.find(room).map(|state| state.members.clone()).unwrap_or_default();
        for who in members.into_iter().filter(|who| *who != owner) {
            self.decide(who, owner, sid, now);
        }
    }

    /// Whether a subscriber shall receive a track, and what follows from it.
    fn decide(&mut self, who: MemberKey, owner: MemberKey, sid: &str, now: Instant) {
        let (Some(subscriber), Some(publisher)) = (self.members.find(who), self.members.find(owner)) else {
            return;
        };
        let Some(kind) = publisher.track(sid).map(|track| track.kind) else {
            return;
        };
        let wish = subscriber.subscribing.wishes.get(sid).copied();
        let shall = wish.unwrap_or(subscriber.settings.auto_subscribe)
            && subscriber.info.permission.can_subscribe
            && !publisher.is_hidden()
            && publisher.admits(subscriber, sid);
        let does = subscriber.subscribing.wanted.contains(sid);
        match (shall, does) {
            (true, false) => self.want(who, sid, kind, now),
            (false, true) => self.unwant(who, sid, now),
            (true, true) | (false, false) => {}
        }
    }

    fn want(&mut self, who: MemberKey, sid: &str, kind: MediaKind, now: Instant) {
        if let Some(member) = self.members.find_mut(who) {
            member.subscribing.wanted.insert(sid.to_owned());
            member.subscribing.slots.want(sid, kind);
        }
        self.need_sections_soon(who, now);
    }

    fn unwant(&mut self, who: MemberKey, sid: &str, now: Instant) {
        self.drop_down(who, sid);
        if let Some(member) = self.members.find_mut(who) {
            member.subscribing.wanted.remove(sid);
            member.subscribing.slots.unwant(sid);
        }
        self.need_sections_soon(who, now);
    }

    /// Asks for sections a little later, together with what else comes up.
    pub(super) fn need_sections_soon(&mut self, who: MemberKey, now: Instant) {
        if let Some(member) = self.members.find_mut(who)
            && member.link.offer.is_some()
        {
            member.timers.need_at.get_or_insert(now + NEED_AFTER);
            self.touch(who);
        }
    }

    /// A track has ended: nobody receives or remembers it any more.
    pub(super) fn forget_track(&mut self, room: RoomKey, sid: &str, now: Instant) {
        let members = self.rooms.find(room).map(|state| state.members.clone()).unwrap_or_default();
        for who in members {
            let Some(member) = self.members.find_mut(who) else {
                continue;
            };
            member.subscribing.wishes.remove(sid);
            member.subscribing.settings.remove(sid);
            if member.subscribing.wanted.contains(sid) {
                self.unwant(who, sid, now);
            }
        }
    }

    /// Stops sending a track to a subscriber; its section is another matter.
    pub(super) fn drop_down(&mut self, who: MemberKey, sid: &str) {
        let down = self.members.find_mut(who).and_then(|m| m.subscribing.downs.remove(sid));
        if let Some(down) = down {
            self.downs.remove(&down);
            self.sfu.remove_down(down);
        }
    }

    /// The subscriber cannot decode a track.
    pub(super) fn refuse_down(&mut self, who: MemberKey, sid: &str) {
        self.drop_down(who, sid);
        if let Some(member) = self.members.find_mut(who) {
            member.subscribing.slots.refuse(sid);
        }
        let response = proto::SubscriptionResponse { track_sid: sid.to_owned(), err: CODEC_UNSUPPORTED };
        self.send(who, Message::SubscriptionResponse(response));
    }

    /// Starts sending a track in a section; `false` when the media machine cannot.
    pub(super) fn add_down(&mut self, who: MemberKey, sid: &str, track: TrackId, video: bool, setup: DownSetup, now: Instant) -> bool {
        let Some(member) = self.members.find_mut(who) else {
            return false;
        };
        let media = member.link.media;
        // Before the client has applied the answer, the first key frame would go nowhere. A first answer needs no
        // waiting: media starts when the client connects, and it connects by the answer.
        if video && member.link.connected {
            member.subscribing.starting.push((now + START_AFTER, sid.to_owned()));
            self.touch(who);
        }
        let settings = self.settings_of(who, sid).unwrap_or_default();
        let added = self.sfu.add_down_with(media, track, setup, settings, now);
        let Some(member) = self.members.find_mut(who) else {
            return false;
        };
        let Ok(down) = added else {
            member.subscribing.starting.retain(|(_, starting)| starting != sid);
            member.subscribing.slots.refuse(sid);
            return false;
        };
        self.downs.insert(down, (who, sid.to_owned()));
        if let Some(old) = member.subscribing.downs.insert(sid.to_owned(), down) {
            self.downs.remove(&old);
            self.sfu.remove_down(old);
        }
        let hidden = member.is_hidden();
        if !hidden {
            self.tell_subscribed(track);
        }
        self.greet_subscriber(who, track);
        true
    }

    /// Starts pictures whose client has had time for its answer.
    pub(super) fn start_due(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let mut due = Vec::new();
        member.subscribing.starting.retain(|(at, sid)| {
            if *at <= now {
                due.push(sid.clone());
            }
            *at > now
        });
        for sid in due {
            self.apply_settings(who, &sid, now);
        }
    }

    /// The publisher learns of its first subscriber.
    fn tell_subscribed(&mut self, track: TrackId) {
        let Some((owner, sid)) = self.tracks.get(&track).cloned() else {
            return;
        };
        let published = self.members.find_mut(owner).and_then(|member| member.track_mut(&sid));
        let Some(published) = published.filter(|published| !published.subscribed_told) else {
            return;
        };
        published.subscribed_told = true;
        self.send(owner, Message::TrackSubscribed(proto::TrackSubscribed { track_sid: sid }));
    }

    /// What a client wishes to receive, by track.
    pub(super) fn update_subscription(&mut self, who: MemberKey, wish: &proto::UpdateSubscription, now: Instant) {
        let more = wish.participant_tracks.iter().flat_map(|tracks| &tracks.track_sids);
        for sid in wish.track_sids.iter().chain(more) {
            self.wish(who, sid, wish.subscribe, now);
        }
    }

    pub(super) fn wish(&mut self, who: MemberKey, sid: &str, subscribe: bool, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let room = member.room;
        let wishes = &mut member.subscribing.wishes;
        if wishes.len() >= WISHES_MAX && !wishes.contains_key(sid) {
            return;
        }
        wishes.insert(sid.to_owned(), subscribe);
        if let Some(owner) = self.owner_of(room, sid) {
            self.decide(who, owner, sid, now);
        }
    }

    pub(super) fn owner_of(&self, room: RoomKey, sid: &str) -> Option<MemberKey> {
        let members = self.rooms.find(room)?.members.iter();
        let mut owners = members.filter(|who| self.members.find(**who).is_some_and(|member| member.track(sid).is_some()));
        owners.next().copied()
    }

    /// How a client shows its tracks; kept for those that are not sent yet.
    pub(super) fn update_settings(&mut self, who: MemberKey, settings: &proto::UpdateTrackSettings, now: Instant) {
        for sid in &settings.track_sids {
            let Some(member) = self.members.find_mut(who) else {
                return;
            };
            let known = &mut member.subscribing.settings;
            if known.len() >= WISHES_MAX && !known.contains_key(sid) {
                continue;
            }
            let own = proto::UpdateTrackSettings { track_sids: Vec::new(), ..settings.clone() };
            known.insert(sid.clone(), own);
            self.apply_settings(who, sid, now);
        }
    }

    fn apply_settings(&mut self, who: MemberKey, sid: &str, now: Instant) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        let Some(down) = member.subscribing.downs.get(sid).copied() else {
            return;
        };
        if let Some(settings) = self.settings_of(who, sid) {
            self.sfu.set_down(down, settings, now);
        }
    }

    /// What a subscriber gets of a track, whether it is sent already or not.
    fn settings_of(&self, who: MemberKey, sid: &str) -> Option<DownSettings> {
        let member = self.members.find(who)?;
        let owner = self.members.find(self.owner_of(member.room, sid)?)?;
        let track = owner.track(sid)?;
        let mut settings = down_settings(member, sid, &track.qualities);
        if track.kind == MediaKind::Video && wire::source_from(track.info.source) != TrackSource::ScreenShare {
            self.strain.ease(&mut settings);
        }
        settings.held = member.subscribing.starting.iter().any(|(_, starting)| starting == sid);
        Some(settings)
    }

    /// Who may subscribe to somebody's tracks.
    pub(super) fn set_audience(&mut self, who: MemberKey, audience: proto::SubscriptionPermission, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        if audience.track_permissions.len() > WISHES_MAX {
            self.count_malformed(who, now);
            return;
        }
        let before = member.publishing.audience.replace(audience);
        let room = member.room;
        let members = self.rooms.find(room).map(|state| state.members.clone()).unwrap_or_default();
        for other in members.into_iter().filter(|other| *other != who) {
            self.compare_audience(who, other, before.as_ref(), now);
        }
    }

    fn compare_audience(&mut self, who: MemberKey, other: MemberKey, before: Option<&proto::SubscriptionPermission>, now: Instant) {
        let (Some(owner), Some(subscriber)) = (self.members.find(who), self.members.find(other)) else {
            return;
        };
        let (identity, sid) = (&subscriber.info.identity, &subscriber.info.sid);
        let after = owner.publishing.audience.as_ref();
        let compare = |track: &Published| {
            let track_sid = &track.info.sid;
            let was = admits(before, identity, sid, track_sid);
            (track_sid.clone(), was, admits(after, identity, sid, track_sid))
        };
        let owner_sid = owner.info.sid.clone();
        let compared: Vec<_> = owner.publishing.tracks.iter().map(compare).collect();
        for (track_sid, was, allowed) in compared {
            if was != allowed {
                let update =
                    proto::SubscriptionPermissionUpdate { participant_sid: owner_sid.clone(), track_sid: track_sid.clone(), allowed };
                self.send(other, Message::SubscriptionPermissionUpdate(update));
            }
            self.decide(other, who, &track_sid, now);
        }
    }

    /// Which layers of a track anybody wants, for its publisher.
    pub(super) fn layers_wanted(&mut self, track: TrackId, wanted: &[bool]) {
        let Some((owner, sid)) = self.tracks.get(&track).cloned() else {
            return;
        };
        let published = self.members.find(owner).and_then(|member| member.track(&sid));
        let Some(published) = published.filter(|track| track.kind == MediaKind::Video) else {
            return;
        };
        let best = published.qualities.iter().zip(wanted).filter(|(_, wanted)| **wanted);
        let mut best = best.map(|(quality, _)| *quality).max();
        // The best layer there is stands for all higher qualities.
        if best.is_some() && best == published.qualities.iter().copied().max() {
            best = Some(QUALITY_HIGH);
        }
        let quality = |quality| proto::SubscribedQuality { quality, enabled: best.is_some_and(|best| quality <= best) };
        let qualities: Vec<_> = (QUALITY_LOW..=QUALITY_HIGH).map(quality).collect();
        let name = published.codec.mime.rsplit('/').next().unwrap_or_default();
        let codec = name.to_ascii_lowercase();
        self.send(owner, quality_update(sid, codec, qualities));
    }

    /// Congestion stopped a picture or let it run again.
    pub(super) fn stream_state(&mut self, down: sfu::DownId, paused: bool) {
        let Some((who, track_sid)) = self.downs.get(&down).cloned() else {
            return;
        };
        let room = self.members.find(who).map(|member| member.room);
        let owner = room.and_then(|room| self.owner_of(room, &track_sid));
        let Some(owner) = owner.and_then(|owner| self.members.find(owner)) else {
            return;
        };
        let state = proto::StreamStateInfo { participant_sid: owner.info.sid.clone(), track_sid, state: i32::from(paused) };
        let update = proto::StreamStateUpdate { stream_states: vec![state] };
        self.send(who, Message::StreamStateUpdate(update));
    }
}

#[expect(deprecated, reason = "old clients read the deprecated fields")]
fn quality_update(track_sid: String, codec: String, qualities: Vec<proto::SubscribedQuality>) -> Message {
    Message::SubscribedQualityUpdate(proto::SubscribedQualityUpdate {
        track_sid,
        subscribed_qualities: qualities.clone(),
        subscribed_codecs: vec![proto::SubscribedCodec { codec, qualities }],
    })
}

/// What a subscriber wants of a track, from what it said so far.
fn down_settings(member: &Member, sid: &str, qualities: &[i32]) -> DownSettings {
    let allow_pause = member.settings.subscriber_allow_pause.unwrap_or(false);
    let layer = |most: i32| {
        let fitting = qualities.iter().filter(|quality| **quality <= most).count();
        u8::try_from(fitting.saturating_sub(1)).unwrap_or(u8::MAX)
    };
    let Some(said) = member.subscribing.settings.get(sid) else {
        let most = if member.settings.adaptive_stream { QUALITY_LOW } else { QUALITY_HIGH };
        return DownSettings { max_layer: layer(most), allow_pause, ..DownSettings::default() };
    };
    let small = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    let sized = said.width > 0 && said.height > 0;
    DownSettings {
        paused: said.disabled,
        held: false,
        max_layer: if sized { u8::MAX } else { layer(said.quality) },
        size: sized.then(|| (small(said.width), small(said.height))),
        max_fps: u8::try_from(said.fps).ok().filter(|fps| *fps > 0),
        priority: u8::try_from(said.priority).unwrap_or(u8::MAX),
        allow_pause,
    }
}
