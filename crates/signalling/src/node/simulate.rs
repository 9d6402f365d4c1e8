//! The protocol's test hooks: a client asks the server to behave as if something went wrong.

use std::time::{Duration, Instant};

use livekit_protocol as proto;
use proto::signal_response::Message;
use proto::simulate_scenario::Scenario;

use super::state::DropOnResume;
use super::{MemberKey, Node};
use crate::control::LeaveReason;
use crate::wire::{self, Action};

/// The longest speech that is pretended, in seconds.
const SPEECH_S_MAX: u64 = 60;

impl Node {
    pub(super) fn simulate(&mut self, who: MemberKey, simulate: proto::SimulateScenario, now: Instant) {
        let Some(scenario) = simulate.scenario else {
            return;
        };
        match scenario {
            Scenario::SpeakerUpdate(seconds) => {
                let seconds = u64::try_from(seconds).unwrap_or(0).min(SPEECH_S_MAX);
                self.pretend_speech(who, true);
                if let Some(member) = self.members.find_mut(who) {
                    member.timers.speech_ends_at = Some(now + Duration::from_secs(seconds));
                }
            }
            Scenario::NodeFailure(_) => self.remove(who, LeaveReason::Unknown, now),
            Scenario::ServerLeave(_) => {
                self.dismiss(who, LeaveReason::ServerShutdown, Action::Disconnect, now);
            }
            Scenario::LeaveRequestFullReconnect(_) => {
                self.dismiss(who, LeaveReason::Unknown, Action::Reconnect, now);
            }
            Scenario::Migration(_) | Scenario::SwitchCandidateProtocol(_) => {
                self.send(who, wire::leave(LeaveReason::Unknown, Action::Resume));
                self.hang_up(who, now);
            }
            Scenario::DisconnectSignalOnResume(_) => {
                self.drop_next_resume(who, DropOnResume::AfterFirstMessage);
            }
            Scenario::DisconnectSignalOnResumeNoMessages(_) => {
                self.drop_next_resume(who, DropOnResume::BeforeAnyMessage);
            }
            Scenario::SubscriberBandwidth(bps) => {
                let cap_bps = u64::try_from(bps).ok().filter(|bps| *bps > 0);
                if let Some(member) = self.members.find(who) {
                    self.sfu.cap_bitrate(member.link.media, cap_bps, now);
                }
            }
        }
    }

    fn drop_next_resume(&mut self, who: MemberKey, when: DropOnResume) {
        if let Some(member) = self.members.find_mut(who) {
            member.signal.drop_on_resume = Some(when);
        }
    }

    pub(super) fn end_pretended_speech(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        if member.timers.speech_ends_at.take_if(|at| *at <= now).is_some() {
            self.pretend_speech(who, false);
        }
    }

    fn pretend_speech(&mut self, who: MemberKey, active: bool) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        let level = if active { 0.9 } else { 0.0 };
        let speaker = proto::SpeakerInfo { sid: member.info.sid.clone(), level, active };
        let changed = proto::SpeakersChanged { speakers: vec![speaker] };
        let room = member.room;
        self.send_to_room(room, None, Message::SpeakersChanged(changed));
    }
}
