//! The door: who is let in by a number, and who is not.

use serde_json::{Value, json};
use testkit::{Office, Person, seconds};

async fn meet(who: &Person, settings: Value) -> Value {
    who.post("/api/meetings", json!({ "kind": "instant", "title": "Kiln", "settings": settings })).await.created()
}

async fn join(who: &Person, meeting: &Value, body: Value) -> testkit::Answer {
    who.post(&format!("{}/join", door(meeting)), body).await
}

fn door(meeting: &Value) -> String {
    format!("/api/meetings/by-number/{}", meeting["number"].as_str().expect("a number"))
}

fn path(meeting: &Value, act: &str) -> String {
    format!("/api/meetings/{}{act}", meeting["id"].as_str().expect("an id"))
}

fn guest() -> Value {
    json!({ "name": "Greta" })
}

#[tokio::test]
async fn a_guest_enters_by_number_with_a_name() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let meeting = meet(&alice, json!({})).await;
    let visitor = office.stranger();
    join(&visitor, &meeting, guest()).await.refused("meetings.not_started");
    let mine = join(&alice, &meeting, json!({})).await.ok();
    assert_eq!((&mine["identity"], &mine["url"]), (&json!(alice.id), &json!("wss://office.example")));
    join(&visitor, &meeting, json!({})).await.refused("meetings.guest_name");
    join(&visitor, &meeting, json!({ "name": " \u{7} " })).await.refused("meetings.guest_name");
    let theirs = join(&visitor, &meeting, guest()).await.ok();
    assert!(theirs["identity"].as_str().is_some_and(|identity| identity.starts_with("guest_")), "{theirs}");
    assert_eq!((&theirs["meeting_id"], &theirs["meeting"]["participants"]), (&meeting["id"], &json!([])));
    let again = join(&visitor, &meeting, guest()).await.ok();
    assert_ne!(again["identity"], theirs["identity"], "two guests of one name are two people");
    let shown = visitor.get(&door(&meeting)).await.ok();
    assert_eq!((&shown["title"], &shown["host_name"], &shown["state"]), (&json!("Kiln"), &json!("Alice"), &json!("running")));
    visitor.get(&path(&meeting, "")).await.refused("request.signed_out");
}

#[tokio::test]
async fn guests_wait_outside_where_they_are_not_allowed_or_the_door_is_locked_or_it_is_over() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let eve = office.owner_elsewhere().await;
    let meeting = meet(&alice, json!({ "guests_allowed": false })).await;
    join(&alice, &meeting, json!({})).await.ok();
    let visitor = office.stranger();
    for guest_here in [&visitor, &eve] {
        join(guest_here, &meeting, guest()).await.refused("meetings.guests_not_allowed");
    }
    join(&bob, &meeting, json!({})).await.ok();
    alice.patch(&path(&meeting, "/settings"), json!({ "guests_allowed": true, "locked": true })).await.ok();
    join(&visitor, &meeting, guest()).await.refused("meetings.locked");
    join(&bob, &meeting, json!({})).await.refused("meetings.locked");
    join(&alice, &meeting, json!({})).await.ok();
    alice.patch(&path(&meeting, "/settings"), json!({ "locked": false })).await.ok();
    let inside = join(&eve, &meeting, guest()).await.ok();
    assert_ne!(inside["identity"], eve.id, "a member elsewhere is a guest here");
    alice.post(&path(&meeting, "/end"), json!({})).await.done();
    for who in [&alice, &bob, &visitor] {
        join(who, &meeting, guest()).await.refused("meetings.ended");
    }
}

#[tokio::test]
async fn a_personal_room_waits_for_its_owner() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let room = alice.get("/api/meetings/personal").await.ok();
    join(&bob, &room, json!({})).await.refused("meetings.not_started");
    join(&office.stranger(), &room, guest()).await.refused("meetings.not_started");
    join(&alice, &room, json!({})).await.ok();
    join(&bob, &room, json!({})).await.ok();
    join(&office.stranger(), &room, guest()).await.ok();
    alice.post(&path(&room, "/end"), json!({})).await.done();
    join(&bob, &room, json!({})).await.refused("meetings.not_started");
    assert_eq!(join(&alice, &room, json!({})).await.ok()["meeting"]["state"], "running", "it opens again");
}

#[tokio::test]
async fn members_start_a_planned_meeting_unless_it_waits_for_its_host() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let plan = async |waits: bool| {
        let settings = json!({ "start_before_host": !waits });
        let body = json!({ "kind": "scheduled", "title": "Kiln", "starts_at": office.now_ms() + 60_000, "settings": settings });
        alice.post("/api/meetings", body).await.created()
    };
    join(&bob, &plan(true).await, json!({})).await.refused("meetings.not_started");
    join(&bob, &plan(false).await, json!({})).await.ok();
}

#[tokio::test]
async fn numbers_cannot_be_tried_out() {
    let office = Office::open().await;
    let eve = office.owner_elsewhere().await;
    for (who, limit) in [(office.stranger(), 30), (eve, 120)] {
        for number in 0..limit {
            who.get(&format!("/api/meetings/by-number/{}", 100_000_000 + number)).await.is_not_found();
        }
        who.get("/api/meetings/by-number/100000500").await.refused("meetings.too_often");
        who.post("/api/meetings/by-number/100000500/join", guest()).await.refused("meetings.too_often");
    }
    office.owner().get("/api/meetings/by-number/100000500").await.is_not_found();
    office.forward(seconds(60)).await;
    office.stranger().get("/api/meetings/by-number/100000500").await.is_not_found();
}

#[tokio::test]
async fn nobody_enters_while_the_media_server_refuses() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let meeting = meet(&alice, json!({})).await;
    office.media().refuse(Some(media::control::Refusal::Unavailable));
    let answer = join(&alice, &meeting, json!({})).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (503, &json!("meetings.unavailable")));
    office.media().refuse(None);
    join(&alice, &meeting, json!({})).await.ok();
}
