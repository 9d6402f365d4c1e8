//! Offers and answers. The client always offers; each section is something it publishes, a place
//! to receive in, or its data channels. An offer that can be read is answered, whatever it holds.

use std::collections::HashMap;
use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;
use sfu::{DownSetup, Mid};
use transport::sdp::{AnswerPlan, Direction, Kind, MediaPlan, Msid, Offer, Section, SectionPlan, SourcePlan};
use transport::{DtlsRole, IceCredentials, Peer, PeerConfig, RemoteDescription, Setup};

use super::enter::start_anew;
use super::plan;
use super::slots::Filled;
use super::state::{Member, Received};
use super::trace::Station;
use super::{MemberKey, Node};
use crate::control::MediaKind;

/// The SCTP port that everybody uses.
const SCTP_PORT: u16 = 5000;
/// Candidates of a client that are kept until its transport exists.
const CANDIDATES_MAX: usize = 64;

impl Node {
    /// Answers an offer.
    pub(super) fn offered(&mut self, who: MemberKey, description: &proto::SessionDescription, now: Instant) {
        self.pass(who, Station::Offered, now);
        let answered = Offer::parse(&description.sdp).map_err(|_| ()).and_then(|offer| self.answer(who, offer, description.id, now));
        if answered.is_err() {
            // Whatever it was, this client and we do not agree; a fresh session may.
            self.send(who, start_anew());
            self.count_malformed(who, now);
            self.hang_up(who, now);
        }
    }

    fn answer(&mut self, who: MemberKey, offer: Offer, id: u32, now: Instant) -> Result<(), ()> {
        let remote = offer.transport().map_err(|_| ())?;
        self.open_transport(who, &remote, now)?;
        let gone = self.match_sections(who, &offer, now);
        for sid in gone {
            self.unpublish(who, &sid, now);
        }
        let slots: Vec<_> = offer.sections.iter().filter_map(slot_of).collect();
        let member = self.members.find_mut(who).ok_or(())?;
        let (filled, lost) = member.subscribing.slots.fill(&slots);
        for sid in lost {
            self.drop_down(who, &sid);
        }
        let filled = filled.into_iter().map(|slot| (slot.mid.clone(), slot)).collect();
        let sections = self.plan_sections(who, &offer, filled, now);
        let answer = self.print_answer(who, &offer, &remote, sections)?;
        let member = self.members.find_mut(who).ok_or(())?;
        let slots = member.subscribing.slots.bound();
        let mid_to_track_id = slots.map(|(mid, sid)| (mid.to_owned(), sid.to_owned())).collect();
        member.link.offer = Some(offer);
        member.timers.need_again_at = None;
        let answer = proto::SessionDescription { r#type: "answer".to_owned(), sdp: answer, id, mid_to_track_id };
        // A client drops the track of somebody it has not heard of.
        self.tell_changes_of(who, now);
        self.send(who, Message::Answer(answer));
        self.pass(who, Station::Answered, now);
        self.publish_matched(who, now);
        self.need_sections_soon(who, now);
        self.touch(who);
        Ok(())
    }

    fn open_transport(&mut self, who: MemberKey, remote: &RemoteDescription, now: Instant) -> Result<(), ()> {
        let fresh = IceCredentials { ufrag: self.chance.ufrag(self.config.worker, who.index()), password: self.chance.password() };
        let member = self.members.find_mut(who).ok_or(())?;
        let changed = member.link.remote_ufrag != remote.credentials.ufrag;
        if let Some(peer) = member.link.peer.as_mut() {
            peer.add_data_channels(remote, now);
            if changed {
                while let Some(transmit) = peer.poll_transmit() {
                    self.transmits.push_back(transmit);
                }
                peer.restart_ice(&fresh, &remote.credentials, now);
                member.link.credentials = fresh;
                member.link.remote_ufrag.clone_from(&remote.credentials.ufrag);
            }
            return Ok(());
        }
        let lite = !member.settings.disable_ice_lite && !member.is_firefox();
        let mut peer = Peer::new(
            PeerConfig {
                credentials: fresh.clone(),
                candidates: self.config.candidates.clone(),
                certificate: self.config.certificate.clone(),
                lite,
                role: role(remote),
            },
            now,
        );
        peer.set_remote(remote, now).map_err(|_| ())?;
        for candidate in member.link.candidates.drain(..) {
            peer.add_remote_candidate(&candidate, now);
        }
        member.link.peer = Some(Box::new(peer));
        member.link.credentials = fresh;
        member.link.remote_ufrag.clone_from(&remote.credentials.ufrag);
        Ok(())
    }

    /// What to answer to each section. Down tracks come into being here.
    fn plan_sections(&mut self, who: MemberKey, offer: &Offer, mut filled: HashMap<String, Filled>, now: Instant) -> Vec<SectionPlan> {
        let mut plans = Vec::with_capacity(offer.sections.len());
        for section in &offer.sections {
            let plan = match section.kind {
                _ if section.stopped => None,
                Kind::Application => Some(SectionPlan::Application { sctp_port: SCTP_PORT }),
                Kind::Other => None,
                Kind::Audio | Kind::Video if section.direction.sends() => self.receive_plan(who, section).map(SectionPlan::Media),
                Kind::Audio | Kind::Video => {
                    let slot = filled.remove(&section.mid);
                    let carried = slot.and_then(|slot| self.carry(who, section, &slot, now));
                    carried.or_else(|| plan::inactive(section)).map(SectionPlan::Media)
                }
            };
            plans.push(plan.unwrap_or(SectionPlan::Reject));
        }
        plans
    }

    fn receive_plan(&mut self, who: MemberKey, section: &Section) -> Option<MediaPlan> {
        let member = self.members.find_mut(who)?;
        let wish = super::publish::wish_for(member, section);
        let (plan, received) = plan::receive(section, &wish)?;
        member.publishing.sections.insert(section.mid.clone(), received);
        Some(plan)
    }

    /// Puts a track into a section; `None` leaves it inactive.
    fn carry(&mut self, who: MemberKey, section: &Section, slot: &Filled, now: Instant) -> Option<MediaPlan> {
        let sid = slot.track.as_deref()?;
        let source = self.source_of(who, sid)?;
        let Some((mut plan, carrier)) = plan::send(section, &source) else {
            self.refuse_down(who, sid);
            return None;
        };
        let (ssrc, rtx_ssrc) = self.slot_ssrcs(who, &section.mid)?;
        let rtx_ssrc = carrier.rtx_payload_type.map(|_| rtx_ssrc);
        plan.msid = Some(Msid { stream: source.stream, track: sid.to_owned() });
        plan.sources = vec![SourcePlan { ssrc, rtx_ssrc, cname: source.cname.clone() }];
        let setup = DownSetup {
            mid: Mid::new(&section.mid),
            ssrc,
            rtx_ssrc,
            payload_type: carrier.payload_type,
            rtx_payload_type: carrier.rtx_payload_type,
            red_payload_type: carrier.red_payload_type,
            extensions: carrier.extensions,
            cname: source.cname,
            nack: carrier.nack,
        };
        let video = section.kind == Kind::Video;
        if slot.fresh && !self.add_down(who, sid, source.media, video, setup, now) {
            return None;
        }
        Some(plan)
    }

    /// The sources of a slot for the track that it carries now.
    fn slot_ssrcs(&mut self, who: MemberKey, mid: &str) -> Option<(u32, u32)> {
        let member = self.members.find_mut(who)?;
        if let Some(known) = member.subscribing.slots.ssrcs(mid) {
            return Some(known);
        }
        let media = member.link.media;
        let ssrc = self.sfu.new_ssrc(media).ok()?;
        let rtx_ssrc = loop {
            let other = self.sfu.new_ssrc(media).ok()?;
            if other != ssrc {
                break other;
            }
        };
        member.subscribing.slots.set_ssrcs(mid, (ssrc, rtx_ssrc));
        Some((ssrc, rtx_ssrc))
    }

    fn print_answer(
        &mut self,
        who: MemberKey,
        offer: &Offer,
        remote: &RemoteDescription,
        sections: Vec<SectionPlan>,
    ) -> Result<String, ()> {
        let member = self.members.find_mut(who).ok_or(())?;
        member.link.session_version += 1;
        let plan = AnswerPlan {
            session_id: member.link.session_id,
            session_version: member.link.session_version,
            credentials: member.link.credentials.clone(),
            ice_lite: !member.settings.disable_ice_lite && !member.is_firefox(),
            fingerprint: self.config.certificate.fingerprint().clone(),
            setup: match role(remote) {
                DtlsRole::Server => Setup::Passive,
                DtlsRole::Client => Setup::Active,
            },
            candidates: self.config.candidates.clone(),
            sections,
        };
        plan.print(offer).map_err(|_| ())
    }

    /// A candidate of the client. Those that come before its description wait.
    pub(super) fn trickled(&mut self, who: MemberKey, trickle: &proto::TrickleRequest, now: Instant) {
        #[derive(serde::Deserialize)]
        struct Init {
            #[serde(default)]
            candidate: String,
        }
        let Ok(init) = serde_json::from_str::<Init>(&trickle.candidate_init) else {
            self.count_malformed(who, now);
            return;
        };
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        if init.candidate.is_empty() || init.candidate.contains(".local ") {
            return;
        }
        let line = init.candidate.strip_prefix("candidate:").unwrap_or(&init.candidate).to_owned();
        match member.link.peer.as_mut() {
            Some(peer) => peer.add_remote_candidate(&line, now),
            None if member.link.candidates.len() < CANDIDATES_MAX => {
                member.link.candidates.push(line);
            }
            None => {}
        }
    }
}

/// A section the client would receive in.
fn slot_of(section: &Section) -> Option<(String, MediaKind)> {
    let usable = !section.stopped && section.direction == Direction::RecvOnly;
    let kind = plan::media_kind(section).filter(|_| usable && !section.codecs.is_empty())?;
    Some((section.mid.clone(), kind))
}

/// We wait for the handshake unless the client does.
fn role(remote: &RemoteDescription) -> DtlsRole {
    match remote.setup {
        Setup::Passive => DtlsRole::Client,
        Setup::Active | Setup::ActPass => DtlsRole::Server,
    }
}

/// A track from the view of somebody who receives it.
pub(super) struct SourceView {
    pub(super) media: sfu::TrackId,
    pub(super) codec: Received,
    pub(super) stereo: bool,
    /// Whether its packets may be repeated in later ones.
    pub(super) redundant: bool,
    pub(super) stream: String,
    pub(super) cname: String,
}

impl Node {
    /// A track of somebody else in the room.
    fn source_of(&self, who: MemberKey, sid: &str) -> Option<SourceView> {
        let subscriber = self.members.find(who)?;
        let room = self.rooms.find(subscriber.room)?;
        let together = room.sync_streams && !subscriber.is_firefox();
        let members = room.members.iter().filter_map(|key| self.members.find(*key));
        members.filter_map(|owner| Some((owner, owner.track(sid)?))).next().map(|(owner, track)| SourceView {
            media: track.media,
            codec: track.codec.clone(),
            stereo: track.info.audio_features.contains(&0),
            redundant: !track.info.disable_red,
            stream: stream_id(owner, &track.info, together),
            cname: owner.info.sid.clone(),
        })
    }
}

/// The name of the stream a track belongs to. Only streams of one name are played in step.
fn stream_id(owner: &Member, track: &proto::TrackInfo, together: bool) -> String {
    let name = if together && !track.stream.is_empty() { &track.stream } else { &track.sid };
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
    format!("{}|{name}", owner.info.sid)
}
