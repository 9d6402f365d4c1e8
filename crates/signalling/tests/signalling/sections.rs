//! Offers and answers: what a browser's description is answered with.

use std::time::Duration;

use livekit_protocol as proto;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;

use crate::desk::{CHROMIUM, CHROMIUM_CAMERA, CHROMIUM_MICROPHONE, Desk, answer, camera, microphone, names, offer, sections};

/// `mid direction` of every section of an answer.
fn picture(answer: &proto::SessionDescription) -> String {
    let parts = sections(&answer.sdp);
    parts.iter().map(|(mid, direction, _)| format!("{mid}:{direction}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_browser_publishes_with_its_first_request() {
    let mut desk = Desk::new();
    let alice = desk.join_chromium("alice");
    let heard = desk.heard(alice);
    assert_eq!(names(&heard), "Join RefreshToken TrackPublished TrackPublished Answer");
    let answer = answer(&heard);
    assert_eq!(answer.id, 1);
    assert_eq!(picture(&answer), "0:inactive 1:inactive 2:inactive 3:inactive 4:inactive 5:inactive 6: 7:recvonly 8:recvonly");
    for line in ["a=setup:passive", "a=ice-lite", "usedtx=1", "a=simulcast:recv q;h;f", "a=rid:q recv", "127.0.0.1 7882"] {
        assert!(answer.sdp.contains(line), "{line} in {}", answer.sdp);
    }
    assert!(!answer.sdp.contains("goog-remb"));
}

#[test]
fn a_newcomer_receives_what_is_there_in_its_first_answer() {
    let mut desk = Desk::new();
    let alice = desk.join_chromium("alice");
    desk.heard(alice);
    let bob = desk.join_as("bob", |_| {}, |request| request.publisher_offer = Some(offer(CHROMIUM, 7))).expect("let in");
    let heard = desk.heard(bob);
    assert_eq!(names(&heard).split(' ').next(), Some("Join"));
    let answer = answer(&heard);
    assert_eq!(answer.mid_to_track_id.len(), 2);
    let sent: Vec<_> = sections(&answer.sdp).into_iter().filter(|s| s.1 == "sendonly").collect();
    assert_eq!(sent.iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["0", "3"]);
    for (mid, _, msid) in sent {
        let sid = &answer.mid_to_track_id[&mid];
        let (stream, track) = msid.split_once(' ').expect("stream and track");
        assert_eq!(track, sid);
        assert!(stream.starts_with("PA_") && stream.ends_with(&format!("|{sid}")), "{stream}");
    }
    let told = desk.heard(alice);
    assert_eq!(told.iter().filter(|m| matches!(m, Response::TrackSubscribed(_))).count(), 2);
}

#[test]
fn streams_of_one_person_are_one_where_lips_shall_match() {
    let mut desk = Desk::new();
    desk.control(signalling::control::Command::CreateRoom {
        name: "lane".into(),
        options: signalling::control::RoomOptions { sync_streams: true, ..Default::default() },
    });
    desk.join_chromium("alice");
    let bob = desk.join_as("bob", |_| {}, |request| request.publisher_offer = Some(offer(CHROMIUM, 7))).expect("let in");
    let answer = answer(&desk.heard(bob));
    let streams: Vec<_> = sections(&answer.sdp).into_iter().filter(|s| s.1 == "sendonly").map(|s| s.2).collect();
    assert!(streams.iter().all(|msid| msid.split(' ').next().is_some_and(|s| s.ends_with("|camera"))), "{streams:?}");
}

#[test]
fn a_free_section_is_asked_for_and_drains_before_it_is_used_again() {
    let mut desk = Desk::new();
    let bob = desk.join_as("bob", |_| {}, |request| request.publisher_offer = Some(offer(CHROMIUM, 1))).expect("let in");
    let alice = desk.join_chromium("alice");
    desk.heard(bob);
    desk.pass(Duration::from_millis(20));
    let zero = proto::MediaSectionsRequirement::default();
    assert_eq!(desk.heard(bob), [Response::MediaSectionsRequirement(zero)], "the sections suffice");
    desk.say(bob, Request::Offer(offer(CHROMIUM, 2)));
    assert_eq!(answer(&desk.heard(bob)).mid_to_track_id.len(), 2);
    desk.say(alice, Request::Leave(proto::LeaveRequest::default()));
    let carol = desk.join_chromium("carol");
    desk.heard(carol);
    desk.heard(bob);
    desk.say(bob, Request::Offer(offer(CHROMIUM, 3)));
    let third = answer(&desk.heard(bob));
    let mids: Vec<&str> = third.mid_to_track_id.keys().map(String::as_str).collect();
    assert!(!mids.contains(&"0") && !mids.contains(&"3"), "used sections are inactive once: {mids:?}");
}

#[test]
fn more_than_fits_is_asked_for_by_number() {
    let mut desk = Desk::new();
    let bob = desk.join_as("bob", |_| {}, |request| request.publisher_offer = Some(offer(CHROMIUM, 1))).expect("let in");
    for name in ["a", "b", "c", "d", "e"] {
        desk.join_chromium(name);
    }
    desk.heard(bob);
    desk.pass(Duration::from_millis(20));
    let need = proto::MediaSectionsRequirement { num_audios: 2, num_videos: 2 };
    assert_eq!(desk.heard(bob), [Response::MediaSectionsRequirement(need)]);
}

#[test]
fn a_section_may_come_before_its_announcement() {
    let mut desk = Desk::new();
    let alice = desk.join_as("alice", |_| {}, |request| request.publisher_offer = Some(offer(CHROMIUM, 1))).expect("let in");
    let bob = desk.join("bob");
    desk.heard(bob);
    desk.say(alice, Request::AddTrack(camera(CHROMIUM_CAMERA)));
    let heard = desk.heard(bob);
    let Some(Response::Update(update)) = heard.first() else {
        panic!("bob learns of the track: {}", names(&heard));
    };
    let track = &update.participants[0].tracks[0];
    assert_eq!((track.mime_type.as_str(), track.mid.as_str(), track.codecs[0].sdp_cid.as_str()), ("video/VP8", "8", CHROMIUM_CAMERA));
    assert!(track.sid.starts_with("TR_VC"));
}

#[test]
fn a_section_that_stops_ends_its_track() {
    let mut desk = Desk::new();
    let alice = desk.join_chromium("alice");
    let bob = desk.join("bob");
    desk.heard(bob);
    let stopped = CHROMIUM.replace("a=sendonly", "a=inactive");
    desk.say(alice, Request::Offer(offer(&stopped, 2)));
    let heard = desk.heard(bob);
    let Some(Response::Update(update)) = heard.last() else {
        panic!("bob learns of it: {}", names(&heard));
    };
    assert!(update.participants[0].tracks.is_empty());
    // The same microphone may be published again.
    desk.heard(alice);
    desk.say(alice, Request::AddTrack(microphone(CHROMIUM_MICROPHONE)));
    assert_eq!(names(&desk.heard(alice)), "TrackPublished");
}

#[test]
fn an_offer_nobody_can_read_starts_the_session_anew() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    desk.say(alice, Request::Offer(offer("v=0\r\nrubbish", 1)));
    let heard = desk.heard(alice);
    let [Response::Leave(leave)] = heard.as_slice() else {
        panic!("{}", names(&heard));
    };
    assert_eq!(leave.action, proto::leave_request::Action::Reconnect as i32);
    assert!(desk.is_closed(alice));
}

#[test]
fn a_repeated_announcement_waits_and_a_forbidden_one_is_refused() {
    let mut desk = Desk::new();
    let alice = desk
        .join_as("alice", |claims| claims.video.can_publish_sources = vec![signalling::control::TrackSource::Microphone], |_| {})
        .expect("let in");
    desk.heard(alice);
    let reason = |heard: Vec<Response>| match heard.as_slice() {
        [Response::RequestResponse(response)] => response.reason(),
        other => panic!("{}", names(other)),
    };
    desk.say(alice, Request::AddTrack(camera("c")));
    assert_eq!(reason(desk.heard(alice)), proto::request_response::Reason::NotAllowed);
    desk.say(alice, Request::AddTrack(microphone("m")));
    desk.heard(alice);
    desk.say(alice, Request::AddTrack(microphone("m")));
    assert_eq!(reason(desk.heard(alice)), proto::request_response::Reason::Queued);
}
