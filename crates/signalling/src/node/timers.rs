//! What happens when nothing happens: the waiting times of the protocol, kept in one index so that
//! an idle participant costs nothing.

use std::time::{Duration, Instant};

use livekit_protocol as proto;
use proto::signal_response::Message;

use super::state::Member;
use super::{MemberKey, Node};
use crate::control::LeaveReason;
use crate::wire::{self, Action};

/// Being connected takes at most so long.
pub(super) const ACTIVE_WITHIN: Duration = Duration::from_secs(60);
/// Tokens are refreshed so often.
pub(super) const REFRESH_EVERY: Duration = Duration::from_secs(300);
/// Changes that ask for sections are collected so long.
pub(super) const NEED_AFTER: Duration = Duration::from_millis(15);
/// A picture in a later answer starts so long after it, when the client has applied it.
pub(super) const START_AFTER: Duration = Duration::from_millis(60);
/// Counts are told at most so often.
pub(super) const COUNTS_EVERY: Duration = Duration::from_secs(5);
/// Changes of participants are told to a crowd at most so often.
pub(super) const CHANGES_EVERY: Duration = Duration::from_millis(200);
/// A room that nobody joined, in seconds.
pub(super) const EMPTY_TIMEOUT_S: u32 = 300;
/// A room that everybody left, in seconds.
pub(super) const DEPARTURE_TIMEOUT_S: u32 = 20;
/// A client that was asked for sections offers within so long.
const NEED_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// A signal connection without any frame for so long is dead; clients ping every five seconds.
const SIGNAL_SILENCE_MAX: Duration = Duration::from_secs(20);
/// A silent transport is given so long before the client is told to come back.
const SILENCE_BEFORE_RESUME: Duration = Duration::from_secs(5);
/// And so long after that before the participant is gone.
const SILENCE_BEFORE_REMOVAL: Duration = Duration::from_secs(5);
/// A silent transport without signalling: so long altogether.
const SILENCE_WITHOUT_SIGNAL: Duration = Duration::from_secs(10);

impl Node {
    /// Does what is due. Call [`Node::transmit`] afterwards; until then the node may stay due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due: Vec<MemberKey> = self.wakes.iter().take_while(|(at, _)| *at <= now).map(|(_, who)| *who).collect();
        for who in due {
            self.wake(who, now);
        }
        self.wake_rooms(now);
        if self.sfu.poll_timeout().is_some_and(|at| at <= now) {
            self.sfu.handle_timeout(now);
        }
        self.settle(now);
    }

    /// When [`Node::handle_timeout`] is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let members = self.wakes.first().map(|(at, _)| *at);
        [members, self.rooms.poll_timeout(), self.sfu.poll_timeout()].into_iter().flatten().min()
    }

    /// Puts a member's next due time into the index.
    pub(super) fn schedule(&mut self, who: MemberKey) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let next = next_due(member);
        if next == member.timers.indexed {
            return;
        }
        if let Some(old) = member.timers.indexed {
            self.wakes.remove(&(old, who));
        }
        if let Some(next) = next {
            self.wakes.insert((next, who));
        }
        member.timers.indexed = next;
    }

    fn wake(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        // It is indexed anew when all is done, even for the same moment.
        if let Some(old) = member.timers.indexed.take() {
            self.wakes.remove(&(old, who));
        }
        if let Some(peer) = member.link.peer.as_mut()
            && peer.poll_timeout().is_some_and(|at| at <= now)
        {
            peer.handle_timeout(now);
        }
        self.touch(who);
        self.check_life(who, now);
        self.check_needs(who, now);
        self.start_due(who, now);
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        if member.timers.refresh_at <= now {
            self.send_refresh_token(who, now);
        }
        self.end_pretended_speech(who, now);
    }

    /// Whether signalling and transport still live.
    fn check_life(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        if let Some((at, why)) = member.timers.removed_at
            && at <= now
        {
            self.remove(who, why, now);
            return;
        }
        if member.timers.active_by.is_some_and(|at| at <= now) {
            self.dismiss(who, LeaveReason::JoinFailure, Action::Disconnect, now);
            return;
        }
        let silent = member.link.silent_since;
        let waiting = member.timers.removed_at.is_none();
        if signal_dead_at(member).is_some_and(|at| at <= now) {
            let connection = member.signal.connection;
            self.hang_up(who, now);
            if connection.is_some() {
                self.signal_lost(who, now);
            }
        } else if waiting && resume_told_at(member).is_some_and(|at| at <= now) {
            self.send(who, wire::leave(LeaveReason::ConnectionTimeout, Action::Resume));
            self.hang_up(who, now);
            if let Some(member) = self.members.find_mut(who) {
                let at = now + SILENCE_BEFORE_REMOVAL;
                member.timers.removed_at = Some((at, LeaveReason::ConnectionTimeout));
            }
        } else if waiting && silent_alone_until(member).is_some_and(|at| at <= now) {
            debug_assert!(silent.is_some(), "only silence removes");
            self.remove(who, LeaveReason::ConnectionTimeout, now);
        }
    }

    fn check_needs(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let slots = &mut member.subscribing.slots;
        if member.timers.need_again_at.is_some_and(|at| at <= now) {
            member.timers.need_again_at = None;
            slots.forget_request();
            member.timers.need_at = Some(now);
        }
        if member.timers.need_at.is_none_or(|at| at > now) {
            return;
        }
        member.timers.need_at = None;
        let needed = slots.take_needed();
        if slots.is_asking() {
            member.timers.need_again_at.get_or_insert(now + NEED_AGAIN_AFTER);
        }
        if let Some(needed) = needed {
            let requirement = proto::MediaSectionsRequirement { num_audios: needed.audios, num_videos: needed.videos };
            self.send(who, Message::MediaSectionsRequirement(requirement));
        }
    }

    fn wake_rooms(&mut self, now: Instant) {
        for room in self.rooms.due(now) {
            let Some(state) = self.rooms.find(room) else {
                continue;
            };
            let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
            if due(state.changes_due(self.origin)) {
                self.tell_changes(room, now);
            }
            let Some(state) = self.rooms.find(room) else {
                continue;
            };
            if due(state.counts_due) {
                self.tell_room(room);
            }
            let ends = self.rooms.find(room).is_some_and(|state| due(state.ends_at));
            if ends {
                self.end_room(room, LeaveReason::RoomClosed, now);
            }
        }
    }
}

fn next_due(member: &Member) -> Option<Instant> {
    let timers = &member.timers;
    let waiting = timers.removed_at.is_none();
    [
        member.link.peer.as_ref().and_then(|peer| peer.poll_timeout()),
        timers.active_by,
        Some(timers.refresh_at),
        timers.need_at,
        member.subscribing.starting.iter().map(|(at, _)| *at).min(),
        timers.need_again_at,
        timers.removed_at.map(|(at, _)| at),
        timers.speech_ends_at,
        signal_dead_at(member),
        resume_told_at(member).filter(|_| waiting),
        silent_alone_until(member).filter(|_| waiting),
    ]
    .into_iter()
    .flatten()
    .min()
}

fn signal_dead_at(member: &Member) -> Option<Instant> {
    member.signal.connection.map(|_| member.signal.heard_at + SIGNAL_SILENCE_MAX)
}

/// The transport is silent while signalling lives.
fn resume_told_at(member: &Member) -> Option<Instant> {
    let connected = member.signal.connection.is_some();
    member.link.silent_since.filter(|_| connected).map(|since| since + SILENCE_BEFORE_RESUME)
}

/// The transport is silent and signalling is gone as well.
fn silent_alone_until(member: &Member) -> Option<Instant> {
    let alone = member.signal.connection.is_none();
    member.link.silent_since.filter(|_| alone).map(|since| since + SILENCE_WITHOUT_SIGNAL)
}
