//! What happens when there is too much: a refusal with words and a code, and the others go on.

use std::time::Duration;

use livekit_protocol as proto;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;
use signalling::control::{Command, ParticipantChange, Permission, Refusal, Reply, RoomOptions};

use crate::desk::{Desk, names};

fn hide(hidden: bool) -> ParticipantChange {
    let permission = Permission { hidden, can_subscribe: true, can_publish: true, can_publish_data: true, ..Permission::default() };
    ParticipantChange { permission: Some(permission), ..ParticipantChange::default() }
}

fn told(messages: &[Response]) -> Vec<String> {
    let updates = messages.iter().filter_map(|message| match message {
        Response::Update(update) => Some(update.participants.iter()),
        _ => None,
    });
    updates.flatten().map(|info| format!("{} {:?}", info.identity, info.state())).collect()
}

#[test]
fn a_server_with_enough_rooms_says_so_and_lets_people_into_those_it_has() {
    let mut desk = Desk::with(|config| config.limits.rooms_max = 1);
    desk.join("alice");
    let refused = desk.join_as("bob", |claims| claims.video.room = "another".into(), |_| {}).expect_err("no room");
    assert_eq!((refused.status, refused.code()), (503, "media.full"));
    let create = Command::CreateRoom { name: "third".into(), options: RoomOptions::default() };
    assert!(matches!(desk.control(create), Reply::Refused(Refusal::Exhausted(_))));
    desk.join("bob");
    assert_eq!(desk.node.stats().joins_refused, 1);
}

#[test]
fn a_full_room_refuses_and_a_full_worker_too() {
    let mut desk = Desk::with(|config| {
        config.limits.participants_per_room_max = 2;
        config.limits.participants_max = 3;
    });
    desk.join("alice");
    let bob = desk.join("bob");
    let refused = desk.join_as("carol", |_| {}, |_| {}).expect_err("it is full");
    assert_eq!((refused.status, refused.code()), (503, "media.room_full"));
    desk.join_as("carol", |claims| claims.video.room = "another".into(), |_| {}).expect("another room");
    let refused = desk.join_as("dave", |claims| claims.video.room = "third".into(), |_| {}).expect_err("it is full");
    assert_eq!((refused.status, refused.code()), (503, "media.full"));
    desk.heard(bob);
    desk.say(bob, Request::Ping(1));
    assert_eq!(names(&desk.heard(bob)), "Pong", "those inside go on");
    desk.join("bob");
}

#[test]
fn who_is_hidden_later_is_gone_for_the_others_and_comes_back() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    let bob = desk.join("bob");
    let change = |hidden| Command::UpdateParticipant { room: "lane".into(), identity: "bob".into(), change: hide(hidden) };
    desk.heard(alice);
    desk.heard(bob);
    desk.control(change(true));
    assert_eq!(told(&desk.heard(alice)), ["bob Disconnected"]);
    assert_eq!(told(&desk.heard(bob)), ["bob Joined"], "to itself it is there");
    desk.control(change(false));
    assert_eq!(told(&desk.heard(alice)), ["bob Joined"]);
}

#[test]
fn a_crowd_is_told_of_changes_together() {
    let mut desk = Desk::new();
    let people: Vec<_> = (0..80).map(|number| desk.join(&format!("person-{number}"))).collect();
    desk.pass(Duration::from_secs(1));
    for who in &people {
        desk.heard(*who);
    }
    for number in 0..40 {
        let change = ParticipantChange { metadata: Some(format!("{number}")), ..ParticipantChange::default() };
        desk.control(Command::UpdateParticipant { room: "lane".into(), identity: format!("person-{number}"), change });
    }
    desk.pass(Duration::from_secs(1));
    let heard = desk.heard(people[79]);
    let updates = heard.iter().filter(|message| matches!(message, Response::Update(_))).count();
    assert!(updates <= 2, "{}", names(&heard));
    assert_eq!(told(&heard).len(), 40);
}

#[test]
fn a_crowd_hears_of_who_leaves_once_and_last() {
    let mut desk = Desk::new();
    let people: Vec<_> = (0..60).map(|number| desk.join(&format!("person-{number}"))).collect();
    desk.pass(Duration::from_secs(1));
    desk.heard(people[0]);
    let change = ParticipantChange { metadata: Some("late".into()), ..ParticipantChange::default() };
    desk.control(Command::UpdateParticipant { room: "lane".into(), identity: "person-7".into(), change });
    desk.say(people[7], Request::Leave(proto::LeaveRequest::default()));
    desk.pass(Duration::from_secs(1));
    assert_eq!(told(&desk.heard(people[0])), ["person-7 Disconnected"]);
}

#[test]
fn what_is_not_offered_is_refused_at_once() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    desk.heard(alice);
    desk.say(alice, Request::PublishDataTrackRequest(proto::PublishDataTrackRequest::default()));
    desk.say(alice, Request::UnpublishDataTrackRequest(proto::UnpublishDataTrackRequest { pub_handle: 1 }));
    desk.say(alice, Request::StoreDataBlobRequest(proto::StoreDataBlobRequest { request_id: 7, ..Default::default() }));
    desk.say(alice, Request::GetDataBlobRequest(proto::GetDataBlobRequest { request_id: 8, ..Default::default() }));
    desk.say(alice, Request::UpdateDataSubscription(proto::UpdateDataSubscription::default()));
    let heard = desk.heard(alice);
    assert_eq!(names(&heard), "RequestResponse RequestResponse RequestResponse RequestResponse");
    let ids = heard.iter().map(|message| match message {
        Response::RequestResponse(response) => response.request_id,
        _ => 0,
    });
    assert_eq!(ids.collect::<Vec<_>>(), [0, 0, 7, 8]);
}
