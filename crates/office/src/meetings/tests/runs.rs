//! Runs: what the media server tells becomes attendance, presence and the end of a meeting.

use media::control::{Happening, NodeEvent, Participant, ParticipantKind, Refusal, Room};
use serde_json::{Value, json};
use testkit::{Office, Person, minutes, seconds};

/// Makes a meeting with those fields and enters it; gives its id.
async fn run(who: &Person, body: Value) -> String {
    let meeting = who.post("/api/meetings", body).await.created();
    enter(who, &meeting).await
}

async fn enter(who: &Person, meeting: &Value) -> String {
    let number = meeting["number"].as_str().expect("a number");
    who.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    meeting["id"].as_str().expect("an id").to_owned()
}

fn person(sid: &str, identity: &str, name: &str) -> Participant {
    Participant { sid: sid.to_owned(), identity: identity.to_owned(), name: name.to_owned(), ..Participant::default() }
}

async fn happens(office: &Office, room: &str, what: Happening) {
    let room = Room { name: room.to_owned(), ..Room::default() };
    office.media().happens(NodeEvent { at_ms: office.now_ms(), room, what });
    office.settle().await;
}

/// As [`happens`], of one opening of the room.
async fn happens_in(office: &Office, room: &str, sid: &str, what: Happening) {
    let room = Room { name: room.to_owned(), sid: sid.to_owned(), ..Room::default() };
    office.media().happens(NodeEvent { at_ms: office.now_ms(), room, what });
    office.settle().await;
}

/// The id of the present opening of the only room.
fn opening(office: &Office) -> String {
    office.media().rooms().pop().expect("a room").sid
}

async fn state(who: &Person, id: &str) -> Value {
    who.get(&format!("/api/meetings/{id}")).await.ok()["state"].clone()
}

async fn presence(who: &Person, of: &Person) -> Value {
    who.get(&format!("/api/org/members/{}", of.id)).await.ok()["presence"].clone()
}

/// A line for each stay: who, from and until which second.
async fn attendance(who: &Person, id: &str, since_ms: i64) -> Vec<String> {
    let list = who.get(&format!("/api/meetings/{id}/attendance")).await.ok();
    let second = |time: &Value| time.as_i64().map_or("now".to_owned(), |ms| ((ms - since_ms) / 1000).to_string());
    let line =
        |stay: &Value| format!("{} {}-{}", stay["name"].as_str().unwrap_or("?"), second(&stay["joined_at"]), second(&stay["left_at"]));
    list["stays"].as_array().expect("a list").iter().map(line).collect()
}

#[tokio::test]
async fn who_comes_and_goes_is_attendance_and_presence() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let began = office.now_ms();
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    let (phone, desk) = (person("PA_1", &alice.id, "Alice"), person("PA_2", &alice.id, "Alice"));
    let recorder = Participant { kind: ParticipantKind::Egress, ..person("PA_9", "EG_1", "Recorder") };
    happens(&office, &id, Happening::ParticipantJoined(phone.clone())).await;
    happens(&office, &id, Happening::ParticipantJoined(recorder)).await;
    happens(&office, &id, Happening::ParticipantJoined(person("PA_3", "guest_1", "Greta"))).await;
    assert_eq!(presence(&alice, &alice).await, "in_meeting");
    office.forward(seconds(10)).await;
    happens(&office, &id, Happening::ParticipantJoined(desk.clone())).await;
    happens(&office, &id, Happening::ParticipantLeft(phone)).await;
    assert_eq!(presence(&alice, &alice).await, "in_meeting", "on the other device");
    office.forward(seconds(10)).await;
    happens(&office, &id, Happening::ParticipantLeft(desk)).await;
    assert_eq!(presence(&alice, &alice).await, "offline", "no socket is open");
    let member = alice.get(&format!("/api/org/members/{}", alice.id)).await.ok();
    assert_eq!(member["last_seen_at"], office.now_ms(), "she was seen in the meeting");
    assert_eq!(attendance(&alice, &id, began).await, ["Alice 0-10", "Greta 0-now", "Alice 10-20"]);
}

#[tokio::test]
async fn an_empty_room_ends_an_instant_meeting_and_leaves_a_past_one() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    happens(&office, &id, Happening::ParticipantJoined(person("PA_1", &alice.id, "Alice"))).await;
    happens(&office, &id, Happening::ParticipantJoined(person("PA_2", &bob.id, "Bob"))).await;
    assert_eq!(state(&bob, &id).await, "running", "whoever was in it sees it");
    office.forward(seconds(30)).await;
    happens(&office, &id, Happening::RoomFinished).await;
    happens(&office, &id, Happening::RoomFinished).await;
    assert_eq!(state(&alice, &id).await, "ended");
    let past = bob.get("/api/meetings?when=past").await.ok()["meetings"].clone();
    assert_eq!((past.as_array().map(Vec::len), &past[0]["participants_count"]), (Some(1), &json!(2)));
    assert_eq!(past[0]["attendance"][1]["left_at"], office.now_ms());
    assert_eq!(alice.get("/api/meetings?when=running").await.ok()["meetings"], json!([]));
}

#[tokio::test]
async fn a_planned_meeting_outlives_a_break_and_a_personal_room_its_runs() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let id = run(&alice, json!({ "kind": "scheduled", "title": "Kiln", "starts_at": office.now_ms(), "duration_minutes": 30 })).await;
    happens(&office, &id, Happening::RoomFinished).await;
    assert_eq!(state(&alice, &id).await, "scheduled");
    let room = alice.get("/api/meetings/personal").await.ok();
    for _ in 0..3 {
        let id = enter(&alice, &room).await;
        office.forward(seconds(5)).await;
        happens(&office, &id, Happening::RoomFinished).await;
        assert_eq!(state(&alice, &id).await, "scheduled");
    }
    let past = alice.get("/api/meetings?when=past").await.ok()["meetings"].clone();
    assert_eq!(past.as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn a_run_whose_room_vanished_is_ended_by_the_check() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    office.forward(minutes(10)).await;
    assert_eq!(state(&alice, &id).await, "running", "its room is open");
    office.media().forget();
    office.forward(minutes(2)).await;
    assert_eq!(state(&alice, &id).await, "ended");
}

#[tokio::test]
async fn a_meeting_whose_room_is_refused_does_not_run() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let meeting = alice.post("/api/meetings", json!({ "kind": "instant", "title": "Kiln" })).await.created();
    let (number, id) = (meeting["number"].as_str().expect("a number"), meeting["id"].as_str().expect("an id"));
    office.media().refuse(Some(Refusal::Unavailable));
    let answer = alice.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (503, &json!("meetings.unavailable")));
    assert_eq!(state(&alice, id).await, "scheduled");
    office.media().refuse(None);
    enter(&alice, &meeting).await;
    assert_eq!(state(&alice, id).await, "running", "it may be tried again");
}

#[tokio::test]
async fn a_room_opened_by_an_old_token_is_told_the_truth_or_closed() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    happens(&office, &id, Happening::RoomStarted).await;
    assert_eq!(office.media().rooms().len(), 1);
    happens(&office, &id, Happening::RoomFinished).await;
    happens(&office, &id, Happening::RoomStarted).await;
    assert_eq!(office.media().rooms().len(), 0, "the meeting is over");
    happens(&office, "a room of somebody else's", Happening::RoomStarted).await;
    happens(&office, "00000000-0000-7000-8000-000000000000", Happening::RoomFinished).await;
}

#[tokio::test]
async fn the_late_end_of_an_earlier_room_does_not_touch_the_present_one() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let room = alice.get("/api/meetings/personal").await.ok();
    let id = enter(&alice, &room).await;
    let first = opening(&office);
    office.media().forget();
    enter(&alice, &room).await;
    let second = opening(&office);
    assert_ne!(first, second);
    happens_in(&office, &id, &first, Happening::RoomFinished).await;
    assert_eq!(state(&alice, &id).await, "running", "she is in the room that opened since");
    happens_in(&office, &id, &second, Happening::RoomFinished).await;
    assert_eq!(state(&alice, &id).await, "scheduled");
}

#[tokio::test]
async fn a_personal_room_entered_by_several_at_once_runs_once() {
    let office = Office::open().await;
    let (phone, bob) = (office.member("alice").await, office.member("bob").await);
    let laptop = office.sign_in("alice").await;
    let (one, other) = tokio::join!(phone.get("/api/meetings/personal"), laptop.get("/api/meetings/personal"));
    let room = one.ok();
    assert_eq!(room["number"], other.ok()["number"], "there is one room, whoever asks first");
    let (one, other) = tokio::join!(enter(&phone, &room), enter(&laptop, &room));
    assert_eq!(one, other);
    enter(&bob, &room).await;
    let sid = opening(&office);
    happens_in(&office, &one, &sid, Happening::RoomFinished).await;
    let past = phone.get("/api/meetings?when=past").await.ok()["meetings"].clone();
    assert_eq!(past.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn whoever_comes_back_after_a_restart_was_not_there_meanwhile() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let began = office.now_ms();
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    happens_in(&office, &id, &opening(&office), Happening::ParticipantJoined(person("PA_1", &alice.id, "Alice"))).await;
    office.forward(seconds(10)).await;
    happens_in(&office, &id, &opening(&office), Happening::ParticipantJoined(person("PA_2", &bob.id, "Bob"))).await;
    office.forward(seconds(20)).await;
    // The media server is killed and loses everything; Alice's client opens the room again with its old token.
    office.media().forget();
    happens_in(&office, &id, "RM_new", Happening::RoomStarted).await;
    happens_in(&office, &id, "RM_new", Happening::ParticipantJoined(person("PA_3", &alice.id, "Alice"))).await;
    assert_eq!(state(&alice, &id).await, "running");
    assert_eq!(attendance(&alice, &id, began).await, ["Alice 0-10", "Bob 10-10", "Alice 30-now"], "until last heard of");
    assert_eq!((presence(&alice, &alice).await, presence(&alice, &bob).await), (json!("in_meeting"), json!("offline")));
    office.forward(seconds(10)).await;
    happens_in(&office, &id, "RM_new", Happening::ParticipantLeft(person("PA_3", &alice.id, "Alice"))).await;
    assert_eq!(attendance(&alice, &id, began).await[2], "Alice 30-40");
}

#[tokio::test]
async fn a_run_that_nobody_comes_back_to_ended_when_it_was_last_seen() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let began = office.now_ms();
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    happens_in(&office, &id, &opening(&office), Happening::ParticipantJoined(person("PA_1", &alice.id, "Alice"))).await;
    office.forward(minutes(10)).await;
    office.media().forget();
    office.forward(minutes(5)).await;
    let past = alice.get("/api/meetings?when=past").await.ok()["meetings"].clone();
    let minutes_long = (past[0]["ended_at"].as_i64().expect("a time") - began) / 60_000;
    assert!((8..=10).contains(&minutes_long), "{minutes_long} minutes: seen at least every two");
    assert_eq!(past[0]["attendance"][0]["left_at"], past[0]["ended_at"]);
    assert_eq!(presence(&alice, &alice).await, "offline");
}

#[tokio::test]
async fn a_program_that_stops_ends_no_meeting() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let began = office.now_ms();
    let id = run(&alice, json!({ "kind": "instant", "title": "Kiln" })).await;
    let sid = opening(&office);
    happens_in(&office, &id, &sid, Happening::ParticipantJoined(person("PA_1", &alice.id, "Alice"))).await;
    office.forward(seconds(10)).await;
    office.inner().close_sockets();
    happens_in(&office, &id, &sid, Happening::ParticipantLeft(person("PA_1", &alice.id, "Alice"))).await;
    happens_in(&office, &id, &sid, Happening::RoomFinished).await;
    assert_eq!(state(&alice, &id).await, "running", "people come back to it");
    assert_eq!(attendance(&alice, &id, began).await, ["Alice 0-10"]);
}

#[tokio::test]
async fn a_meeting_whose_host_has_left_is_still_theirs_to_manage() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let meeting = alice.post("/api/meetings", json!({ "kind": "instant", "title": "Kiln" })).await.created();
    let id = enter(&alice, &meeting).await;
    enter(&bob, &meeting).await;
    happens(&office, &id, Happening::ParticipantJoined(person("PA_1", &alice.id, "Alice"))).await;
    happens(&office, &id, Happening::ParticipantJoined(person("PA_2", &bob.id, "Bob"))).await;
    happens(&office, &id, Happening::ParticipantLeft(person("PA_1", &alice.id, "Alice"))).await;
    office.media().seat(&id, vec![person("PA_2", &bob.id, "Bob")]);
    bob.post(&format!("/api/meetings/{id}/end"), json!({})).await.refused("request.forbidden");
    alice.patch(&format!("/api/meetings/{id}/settings"), json!({ "locked": true })).await.ok();
    let handed = alice.post(&format!("/api/meetings/{id}/host"), json!({ "identity": bob.id })).await.ok();
    assert_eq!(handed["host"]["name"], "Bob", "from outside as well");
    bob.post(&format!("/api/meetings/{id}/end"), json!({})).await.done();
    assert_eq!(state(&alice, &id).await, "ended");
}
