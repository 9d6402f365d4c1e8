//! Names, metadata, attributes and permissions that change while the participant is in the room,
//! and the tokens that carry them on.

use std::collections::BTreeMap;
use std::time::Instant;

use livekit_protocol as proto;
use proto::request_response::{Reason, Request};
use proto::signal_response::Message;

use super::enter::merged;
use super::publish::refused;
use super::timers::REFRESH_EVERY;
use super::{MemberKey, Node};
use crate::control::{Happening, ParticipantChange, Permission};
use crate::join::attributes_bytes;
use crate::limits::{ATTRIBUTES_BYTES_MAX, METADATA_BYTES_MAX, NAME_BYTES_MAX};
use crate::token::{self, LEEWAY_S};

/// A refreshed token lives at least so long, in seconds.
const REFRESHED_LIFE_S_MIN: i64 = 600;
/// Clients of an older protocol are not told that a request went well.
const PROTOCOL_WITH_OK: i32 = 15;

impl Node {
    /// A participant changes itself.
    pub(super) fn update_own(&mut self, who: MemberKey, request: proto::UpdateParticipantMetadata, now: Instant) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        let protocol = member.client.protocol;
        let request_id = request.request_id;
        let change = ParticipantChange {
            name: Some(request.name.clone()).filter(|name| !name.is_empty()),
            metadata: Some(request.metadata.clone()).filter(|metadata| !metadata.is_empty()),
            attributes: request.attributes.clone().into_iter().collect(),
            permission: None,
        };
        let refusal = if member.info.permission.can_update_metadata {
            check_change(&member.info.attributes, &change).err()
        } else {
            Some((Reason::NotAllowed, "does not have permission to update own metadata"))
        };
        let (reason, text) = refusal.unwrap_or((Reason::Ok, ""));
        if reason == Reason::Ok {
            self.change(who, change, now);
        }
        if reason != Reason::Ok || protocol >= PROTOCOL_WITH_OK {
            let mut response = refused(reason, text, Request::UpdateMetadata(request));
            if let Message::RequestResponse(response) = &mut response {
                response.request_id = request_id;
            }
            self.send(who, response);
        }
    }

    /// Applies a change that was checked, and tells everybody.
    pub(super) fn change(&mut self, who: MemberKey, change: ParticipantChange, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let info = &mut member.info;
        if let Some(name) = change.name {
            info.name = name;
        }
        if let Some(metadata) = change.metadata {
            info.metadata = metadata;
        }
        info.attributes = merged(std::mem::take(&mut info.attributes), change.attributes);
        let room = member.room;
        if let Some(permission) = change.permission {
            self.set_permission(who, permission, now);
        }
        self.announce_to_all(who);
        self.send_refresh_token(who, now);
        if let Some(member) = self.members.find(who) {
            let plain = member.plain();
            self.tell(room, Happening::ParticipantUpdated(plain), now);
        }
    }

    fn set_permission(&mut self, who: MemberKey, permission: Permission, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let vanishes = permission.hidden && !member.info.permission.hidden;
        member.info.permission = permission;
        let permission = &member.info.permission;
        let tracks = member.publishing.tracks.iter();
        let source = |info: &proto::TrackInfo| crate::wire::source_from(info.source);
        let forbidden = tracks.filter(|track| !permission.may_publish(source(&track.info)));
        let forbidden: Vec<_> = forbidden.map(|track| track.info.sid.clone()).collect();
        let pending = &mut member.publishing.pending;
        pending.retain(|pending| permission.may_publish(source(&pending.info)));
        let room = member.room;
        let own: Vec<_> = member.publishing.tracks.iter().map(|t| t.info.sid.clone()).collect();
        for sid in forbidden {
            self.revoke(who, &sid, now);
        }
        if vanishes {
            self.vanish(who);
        }
        self.subscribe_to_all(who, now);
        for sid in own {
            self.offer_track(room, who, &sid, now);
        }
        self.room_counts_changed(room, now);
    }

    /// A token with the grants of now, for coming back.
    pub(super) fn send_refresh_token(&mut self, who: MemberKey, now: Instant) {
        let now_s = self.wall(now).div_euclid(1000);
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.timers.refresh_at = now + REFRESH_EVERY;
        let Some((key, secret)) = self.config.keys.first() else {
            return;
        };
        let mut claims = member.claims.clone();
        claims.name.clone_from(&member.info.name);
        claims.metadata.clone_from(&member.info.metadata);
        claims.attributes.clone_from(&member.info.attributes);
        claims.video.set_permission(&member.info.permission);
        claims.expires_at_s = claims.expires_at_s.max(now_s + REFRESHED_LIFE_S_MIN);
        claims.not_before_s = Some(now_s - LEEWAY_S);
        claims.issued_at_s = None;
        let token = token::mint(key, secret, &claims);
        self.send(who, Message::RefreshToken(token));
    }
}

/// Whether a change stays within the limits.
pub(super) fn check_change(attributes: &BTreeMap<String, String>, change: &ParticipantChange) -> Result<(), (Reason, &'static str)> {
    if change.name.as_ref().is_some_and(|name| name.len() > NAME_BYTES_MAX) {
        return Err((Reason::LimitExceeded, "name is too long"));
    }
    if change.metadata.as_ref().is_some_and(|metadata| metadata.len() > METADATA_BYTES_MAX) {
        return Err((Reason::LimitExceeded, "metadata is too long"));
    }
    let after = merged(attributes.clone(), change.attributes.clone());
    if attributes_bytes(&after) > ATTRIBUTES_BYTES_MAX {
        return Err((Reason::LimitExceeded, "attributes are too long"));
    }
    Ok(())
}
