//! People in rooms: who hears of whom, what can be changed, and how it all ends.

use std::time::Duration;

use livekit_protocol as proto;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;
use signalling::Frame;
use signalling::control::{Command, Happening, ParticipantChange, Permission, Refusal, Reply, RoomOptions};

use crate::desk::{CHROMIUM, Desk, claims, names, offer, request};

#[test]
fn the_first_message_says_everything() {
    let mut desk = Desk::new();
    desk.join("alice");
    let bob = desk.join("bob");
    let heard = desk.heard(bob);
    let Some(Response::Join(join)) = heard.first() else {
        panic!("{}", names(&heard));
    };
    let room = join.room.as_ref().expect("a room");
    assert!(room.sid.starts_with("RM_") && room.num_participants == 2 && room.creation_time_ms > 0);
    let me = join.participant.as_ref().expect("a participant");
    assert!(me.sid.starts_with("PA_") && me.identity == "bob" && me.name == "BOB" && me.client_protocol == 2);
    assert!(me.permission.as_ref().is_some_and(|p| p.can_publish && p.can_subscribe && p.can_publish_data));
    assert_eq!(me.state(), proto::participant_info::State::Joined);
    let others: Vec<&str> = join.other_participants.iter().map(|p| p.identity.as_str()).collect();
    assert_eq!(others, ["alice"]);
    let server = join.server_info.as_ref().expect("a server");
    assert_eq!((server.protocol, server.version.as_str(), join.server_version.as_str()), (17, "1.13.5", "1.13.5"));
    assert_eq!((join.ping_interval, join.ping_timeout, join.subscriber_primary, join.fast_publish), (5, 15, false, true));
    assert!(join.sif_trailer.len() == 16 && join.enabled_publish_codecs[0].mime == "video/VP8");
}

#[test]
fn hidden_people_are_seen_by_nobody() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    let ghost = desk.join_as("ghost", |claims| claims.video.hidden = true, |_| {}).expect("let in");
    assert!(desk.heard(alice).is_empty());
    assert_eq!(names(&desk.heard(ghost)), "Join RefreshToken");
    let Reply::Participants(seen) = desk.control(Command::ListParticipants { room: "lane".into() }) else {
        panic!("a list");
    };
    assert_eq!(seen.len(), 1);
}

#[test]
fn pings_of_both_kinds_are_answered() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    desk.say(alice, Request::Ping(1));
    desk.say(alice, Request::PingReq(proto::Ping { timestamp: 77, rtt: 0 }));
    let heard = desk.heard(alice);
    let [Response::Pong(_), Response::PongResp(pong)] = heard.as_slice() else {
        panic!("{}", names(&heard));
    };
    assert_eq!(pong.last_ping_timestamp, 77);
}

#[test]
fn who_speaks_json_is_answered_in_json() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    desk.node.handle_signal(alice, Frame::Text(r#"{"pingReq":{"timestamp":"5"}}"#), desk.now);
    desk.say(alice, Request::Ping(1));
    let heard = desk.heard(alice);
    assert_eq!(names(&heard), "PongResp Pong");
}

#[test]
fn a_resume_goes_on_and_tells_the_whole_room() {
    let mut desk = Desk::new();
    let alice = desk.join_chromium("alice");
    let bob = desk.join("bob");
    let join = desk.heard(alice);
    let Some(Response::Join(join)) = join.first() else { panic!("a join") };
    let sid = join.participant.as_ref().map(|p| p.sid.clone()).unwrap_or_default();
    desk.heard(bob);
    let again = desk
        .join_as(
            "alice",
            |_| {},
            |request| {
                request.reconnect = true;
                request.participant_sid = sid;
            },
        )
        .expect("let in");
    assert!(desk.is_closed(alice));
    let heard = desk.heard(again);
    assert_eq!(names(&heard), "Reconnect Update RoomUpdate RefreshToken");
    let Response::Update(update) = &heard[1] else { panic!("an update") };
    let mut who: Vec<&str> = update.participants.iter().map(|p| p.identity.as_str()).collect();
    who.sort_unstable();
    assert_eq!(who, ["alice", "bob"]);
    assert!(desk.heard(bob).is_empty(), "nobody else notices");
}

#[test]
fn a_resume_of_an_unknown_session_starts_anew() {
    let mut desk = Desk::new();
    desk.join("alice");
    let lost = desk
        .join_as(
            "alice",
            |_| {},
            |request| {
                request.reconnect = true;
                request.participant_sid = "PA_of_yesterday".into();
            },
        )
        .expect("never refused");
    let heard = desk.heard(lost);
    let [Response::Leave(leave)] = heard.as_slice() else { panic!("{}", names(&heard)) };
    assert_eq!(leave.reason(), proto::DisconnectReason::StateMismatch);
    assert_eq!(leave.action(), proto::leave_request::Action::Reconnect);
    assert!(desk.is_closed(lost));
}

#[test]
fn a_client_that_believes_in_other_tracks_starts_anew() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    let track = Some(proto::TrackInfo { sid: "TR_lost".into(), ..Default::default() });
    let published = proto::TrackPublishedResponse { cid: "c".into(), track };
    desk.say(alice, Request::SyncState(proto::SyncState { publish_tracks: vec![published], ..Default::default() }));
    assert_eq!(names(&desk.heard(alice)), "Leave");
}

#[test]
fn metadata_is_changed_by_those_who_may() {
    let mut desk = Desk::new();
    let alice = desk.join_as("alice", |claims| claims.video.can_update_own_metadata = Some(true), |_| {}).expect("in");
    let bob = desk.join("bob");
    desk.heard(alice);
    desk.heard(bob);
    let change = |attributes: &[(&str, &str)]| {
        Request::UpdateMetadata(proto::UpdateParticipantMetadata {
            attributes: attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            request_id: 5,
            ..Default::default()
        })
    };
    desk.say(alice, change(&[("hand", "1"), ("x", "y")]));
    assert_eq!(names(&desk.heard(alice)), "Update RefreshToken RequestResponse");
    desk.say(alice, change(&[("x", "")]));
    let heard = desk.heard(bob);
    let Some(Response::Update(update)) = heard.last() else { panic!("an update") };
    assert_eq!(update.participants[0].attributes.clone().into_iter().collect::<Vec<_>>(), [("hand".to_owned(), "1".to_owned())]);
    desk.say(bob, change(&[("hand", "1")]));
    let heard = desk.heard(bob);
    let [Response::RequestResponse(response)] = heard.as_slice() else { panic!("{}", names(&heard)) };
    assert_eq!((response.request_id, response.reason()), (5, proto::request_response::Reason::NotAllowed));
}

#[test]
fn a_permission_taken_away_ends_what_it_allowed() {
    let mut desk = Desk::new();
    let alice = desk.join_chromium("alice");
    desk.heard(alice);
    let permission = Permission { can_publish: false, ..Permission::default() };
    let change = ParticipantChange { permission: Some(permission), ..Default::default() };
    let reply = desk.control(Command::UpdateParticipant { room: "lane".into(), identity: "alice".into(), change });
    let Reply::Participant(alice_now) = reply else { panic!("a participant") };
    assert!(alice_now.tracks.is_empty() && !alice_now.permission.can_publish);
    assert_eq!(names(&desk.heard(alice)), "TrackUnpublished TrackUnpublished Update RefreshToken");
}

#[test]
fn the_server_mutes_and_does_not_unmute() {
    let mut desk = Desk::new();
    let alice = desk.join_chromium("alice");
    desk.heard(alice);
    let Reply::Participant(info) = desk.control(Command::GetParticipant { room: "lane".into(), identity: "alice".into() }) else {
        panic!("a participant")
    };
    let track_sid = info.tracks[0].sid.clone();
    let mute = |muted| Command::MuteTrack { room: "lane".into(), identity: "alice".into(), track_sid: track_sid.clone(), muted };
    assert!(matches!(desk.control(mute(true)), Reply::Track(track) if track.muted));
    assert_eq!(names(&desk.heard(alice)), "Mute");
    assert_eq!(desk.control(mute(false)), Reply::Refused(Refusal::UnmuteNotAllowed));
}

#[test]
fn commands_about_nobody_say_so() {
    let mut desk = Desk::new();
    let room = || "nowhere".to_owned();
    let table = [
        (Command::DeleteRoom { name: room() }, Refusal::RoomNotFound),
        (Command::ListParticipants { room: room() }, Refusal::RoomNotFound),
        (Command::RemoveParticipant { room: room(), identity: "x".into() }, Refusal::ParticipantNotFound),
        (Command::UpdateRoomMetadata { room: room(), metadata: String::new() }, Refusal::RoomNotFound),
    ];
    for (command, refusal) in table {
        assert_eq!(desk.control(command), Reply::Refused(refusal));
    }
}

#[test]
fn empty_rooms_end_after_their_time() {
    let mut desk = Desk::new();
    let options = RoomOptions { empty_timeout_s: 10, departure_timeout_s: 5, ..Default::default() };
    desk.control(Command::CreateRoom { name: "lane".into(), options });
    let alice = desk.join("alice");
    desk.pass(Duration::from_secs(11));
    assert_eq!(desk.node.stats().rooms, 1, "somebody is in it");
    desk.say(alice, Request::Leave(proto::LeaveRequest::default()));
    desk.pass(Duration::from_secs(4));
    assert_eq!(desk.node.stats().rooms, 1);
    desk.pass(Duration::from_secs(2));
    assert_eq!(desk.node.stats().rooms, 0);
    let mut happened = Vec::new();
    while let Some(event) = desk.node.poll_event() {
        happened.push(match event.what {
            Happening::RoomStarted => "started",
            Happening::ParticipantConnectionAborted(_) => "aborted",
            Happening::RoomFinished => "finished",
            _ => "something else",
        });
    }
    assert_eq!(happened, ["started", "aborted", "finished"]);
}

#[test]
fn who_never_connects_or_falls_silent_is_removed() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    for _ in 0..13 {
        desk.pass(Duration::from_secs(5));
        desk.say(alice, Request::Ping(1));
    }
    let heard = desk.heard(alice);
    let leave = heard.iter().find_map(|message| match message {
        Response::Leave(leave) => Some(leave.reason()),
        _ => None,
    });
    assert_eq!(leave, Some(proto::DisconnectReason::JoinFailure));
    desk.join("bob");
    desk.pass(Duration::from_secs(30));
    assert_eq!(desk.node.stats().participants, 0, "a signal connection without pings is dead");
}

#[test]
fn tokens_are_refreshed_with_the_rights_of_now() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    let permission = Permission { can_publish: false, can_publish_data: false, ..Permission::default() };
    let change = ParticipantChange { permission: Some(permission), name: Some("Al".into()), ..Default::default() };
    desk.control(Command::UpdateParticipant { room: "lane".into(), identity: "alice".into(), change });
    let heard = desk.heard(alice);
    let Some(Response::RefreshToken(token)) = heard.last() else { panic!("a token") };
    let read = signalling::token::verify(&desk.keys, token, crate::desk::WALL_MS).expect("good");
    assert_eq!(read.name, "Al");
    assert!(!read.video.permission().can_publish && read.video.room_join);
    assert_eq!(read.expires_at_s, claims("alice").expires_at_s);
}

#[test]
fn a_publisher_chooses_its_audience() {
    let mut desk = Desk::new();
    let bob = desk.join_as("bob", |_| {}, |request| request.publisher_offer = Some(offer(CHROMIUM, 1))).expect("in");
    let alice = desk.join_chromium("alice");
    desk.pass(Duration::from_millis(20));
    desk.heard(bob);
    desk.say(alice, Request::SubscriptionPermission(proto::SubscriptionPermission::default()));
    let heard = desk.heard(bob);
    assert_eq!(names(&heard), "SubscriptionPermissionUpdate SubscriptionPermissionUpdate");
    desk.say(bob, Request::Offer(offer(CHROMIUM, 2)));
    assert!(crate::desk::answer(&desk.heard(bob)).mid_to_track_id.is_empty());
}

#[test]
fn the_server_stops_and_says_what_to_do() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    desk.control(Command::Shutdown { reconnect: true });
    let heard = desk.heard(alice);
    let [Response::Leave(leave)] = heard.as_slice() else { panic!("{}", names(&heard)) };
    assert_eq!(leave.reason(), proto::DisconnectReason::ServerShutdown);
    assert_eq!(leave.action(), proto::leave_request::Action::Reconnect);
    assert!(desk.is_closed(alice));
    assert_eq!((desk.node.stats().participants, desk.node.stats().rooms), (0, 0));
}

#[test]
fn a_lost_signal_without_a_transport_is_the_end() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    let bob = desk.join("bob");
    desk.heard(bob);
    desk.hang_up(alice);
    let heard = desk.heard(bob);
    let [Response::Update(update)] = heard.as_slice() else { panic!("{}", names(&heard)) };
    assert_eq!(update.participants[0].disconnect_reason(), proto::DisconnectReason::SignalClose);
    let _ = request();
}
