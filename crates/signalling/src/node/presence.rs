//! What participants learn of each other: changes, counts, who speaks, how well they are connected.

use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;
use sfu::{ConnectionQuality, SfuEvent, SpeakerChange, TrackId};

use super::enter::{CODECS, is_counted};
use super::state::{Member, RoomState};
use super::timers::{CHANGES_EVERY, COUNTS_EVERY};
use super::{MemberKey, Node, RoomKey};
use crate::control::ParticipantKind;
use crate::wire;

/// In a larger room, changes of participants are told together.
const CROWD_MIN: usize = 50;

impl RoomState {
    /// When a crowd is told what has changed; `origin` is long ago.
    pub(crate) fn changes_due(&self, origin: Instant) -> Option<Instant> {
        let due = self.changes_told.map_or(origin, |told| told + CHANGES_EVERY);
        (!self.changed.is_empty()).then_some(due)
    }
}

impl Node {
    /// What the media machine has to tell.
    pub(super) fn drain_sfu(&mut self, now: Instant) {
        while let Some(event) = self.sfu.poll_event() {
            match event {
                SfuEvent::Speakers { changes, .. } => self.speakers_changed(&changes),
                SfuEvent::Quality { peer, quality, score } => {
                    if let Some(who) = self.peers.get(&peer).copied() {
                        self.quality_changed(who, quality, score, now);
                    }
                }
                SfuEvent::LayersWanted { track, wanted } => self.layers_wanted(track, &wanted),
                SfuEvent::TrackLive { .. } => {}
                SfuEvent::StreamState { down, paused } => self.stream_state(down, paused),
            }
        }
    }

    /// A participant has changed: the others get a new picture of it.
    pub(super) fn announce_to_others(&mut self, who: MemberKey) {
        self.announce(who, Some(who));
    }

    /// The same, and the participant itself gets it, too.
    pub(super) fn announce_to_all(&mut self, who: MemberKey) {
        self.announce(who, None);
    }

    fn announce(&mut self, who: MemberKey, except: Option<MemberKey>) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.info.version += 1;
        let (room, hidden) = (member.room, member.is_hidden());
        let update = Message::Update(proto::ParticipantUpdate { participants: vec![member.wire()] });
        let crowd = self.rooms.find_mut(room).filter(|state| state.members.len() > CROWD_MIN);
        if let Some(state) = crowd.filter(|_| !hidden) {
            if !state.changed.contains(&who) {
                state.changed.push(who);
            }
            if except.is_none() {
                self.send(who, update);
            }
        } else if !hidden {
            self.send_to_room(room, except, update);
        } else if except.is_none() {
            self.send(who, update);
        }
    }

    /// Tells a crowd together what has changed since it was told last.
    pub(super) fn tell_changes(&mut self, room: RoomKey, now: Instant) {
        let Some(state) = self.rooms.find_mut(room).filter(|state| !state.changed.is_empty()) else {
            return;
        };
        state.changes_told = Some(now);
        let changed = std::mem::take(&mut state.changed);
        let members = changed.iter().filter_map(|who| self.members.find(*who));
        let participants: Vec<_> = members.filter(|member| !member.is_hidden()).map(Member::wire).collect();
        if !participants.is_empty() {
            self.send_to_room(room, None, Message::Update(proto::ParticipantUpdate { participants }));
        }
    }

    /// The same for somebody's room.
    pub(super) fn tell_changes_of(&mut self, who: MemberKey, now: Instant) {
        if let Some(room) = self.members.find(who).map(|member| member.room) {
            self.tell_changes(room, now);
        }
    }

    /// A participant that the others knew is hidden from now on: to them it is gone.
    pub(super) fn vanish(&mut self, who: MemberKey) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.info.version += 1;
        let room = member.room;
        let gone =
            proto::ParticipantInfo { state: proto::participant_info::State::Disconnected as i32, tracks: Vec::new(), ..member.wire() };
        if let Some(state) = self.rooms.find_mut(room) {
            state.changed.retain(|other| *other != who);
        }
        self.send_to_room(room, Some(who), Message::Update(proto::ParticipantUpdate { participants: vec![gone] }));
    }

    /// Brings the room's counts up to date before somebody reads them.
    pub(super) fn recount(&mut self, who: MemberKey, now: Instant) {
        if let Some(room) = self.members.find(who).map(|member| member.room) {
            self.room_counts_changed(room, now);
        }
    }

    /// Counts anew; a change is told to all, but not too often.
    pub(super) fn room_counts_changed(&mut self, room: RoomKey, now: Instant) {
        let Some(state) = self.rooms.find(room) else {
            return;
        };
        let members = state.members.iter().filter_map(|who| self.members.find(*who));
        let (mut participants, mut publishers, mut recording) = (0, 0, false);
        for member in members {
            let counted = is_counted(&member.info);
            participants += u32::from(counted);
            publishers += u32::from(counted && !member.publishing.tracks.is_empty());
            let recorder = member.info.permission.recorder;
            recording |= recorder || member.info.kind == ParticipantKind::Egress;
        }
        let Some(state) = self.rooms.find_mut(room) else {
            return;
        };
        let at_once = state.info.active_recording != recording;
        let changed = state.info.num_participants != participants || state.info.num_publishers != publishers;
        state.info.num_participants = participants;
        state.info.num_publishers = publishers;
        state.info.active_recording = recording;
        if at_once {
            self.tell_room(room);
        } else if changed {
            state.counts_due.get_or_insert(now + COUNTS_EVERY);
        }
    }

    /// Sends the room's state to everybody in it.
    pub(super) fn tell_room(&mut self, room: RoomKey) {
        let Some(state) = self.rooms.find_mut(room) else {
            return;
        };
        state.counts_due = None;
        let update = proto::RoomUpdate { room: Some(wire::room(&state.info, &CODECS)) };
        self.send_to_room(room, None, Message::RoomUpdate(update));
    }

    fn speakers_changed(&mut self, changes: &[SpeakerChange]) {
        let mut speakers = Vec::with_capacity(changes.len());
        for change in changes {
            if let Some(owner) = self.peers.get(&change.peer).copied()
                && let Some(member) = self.members.find(owner).filter(|m| !m.is_hidden())
            {
                let sid = member.info.sid.clone();
                let speaker = proto::SpeakerInfo { sid, level: change.level, active: change.active };
                speakers.push((owner, change.track, speaker));
            }
        }
        let Some((owner, ..)) = speakers.first() else {
            return;
        };
        let room = self.members.find(*owner).and_then(|member| self.rooms.find(member.room));
        for who in room.map(|room| room.members.clone()).unwrap_or_default() {
            let heard = speakers.iter().filter(|(owner, track, _)| *owner == who || self.hears(who, *track));
            let speakers: Vec<_> = heard.map(|(_, _, speaker)| speaker.clone()).collect();
            if !speakers.is_empty() {
                let changed = proto::SpeakersChanged { speakers };
                self.send(who, Message::SpeakersChanged(changed));
            }
        }
    }

    fn hears(&self, who: MemberKey, track: TrackId) -> bool {
        let sid = self.tracks.get(&track).map(|(_, sid)| sid);
        let member = self.members.find(who);
        member.zip(sid).is_some_and(|(member, sid)| member.subscribing.wanted.contains(sid))
    }

    /// Tells a participant and those who receive it how well it is connected.
    pub(super) fn quality_changed(&mut self, who: MemberKey, quality: ConnectionQuality, score: f32, _now: Instant) {
        // Clients start anew when they are told for long that they are lost; only the transport
        // can know that, and it ends the session by itself.
        let quality = quality.max(ConnectionQuality::Poor);
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.quality = Some((quality, score));
        let sids: Vec<_> = member.publishing.tracks.iter().map(|t| t.info.sid.clone()).collect();
        let (room, hidden) = (member.room, member.is_hidden());
        let Some(update) = self.quality_of(who) else {
            return;
        };
        let members = self.rooms.find(room).map(|room| room.members.clone()).unwrap_or_default();
        for other in members {
            let receives =
                !hidden && self.members.find(other).is_some_and(|member| sids.iter().any(|sid| member.subscribing.wanted.contains(sid)));
            if other == who || receives {
                self.send(other, update.clone());
            }
        }
    }

    fn quality_of(&self, who: MemberKey) -> Option<Message> {
        let member = self.members.find(who)?;
        let (quality, score) = member.quality?;
        let quality = match quality {
            ConnectionQuality::Lost | ConnectionQuality::Poor => proto::ConnectionQuality::Poor,
            ConnectionQuality::Good => proto::ConnectionQuality::Good,
            ConnectionQuality::Excellent => proto::ConnectionQuality::Excellent,
        };
        let info = proto::ConnectionQualityInfo { participant_sid: member.info.sid.clone(), quality: quality as i32, score };
        Some(Message::ConnectionQuality(proto::ConnectionQualityUpdate { updates: vec![info] }))
    }

    /// What a new subscriber learns at once about the owner of a track.
    pub(super) fn greet_subscriber(&mut self, who: MemberKey, track: TrackId) {
        let owner = self.tracks.get(&track).map(|(owner, _)| *owner);
        if let Some(update) = owner.and_then(|owner| self.quality_of(owner)) {
            self.send(who, update);
        }
    }
}
