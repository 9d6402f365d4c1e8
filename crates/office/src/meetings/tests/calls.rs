//! Calls: they ring on every device, and stop everywhere at once.

use serde_json::{Value, json};
use testkit::{Answer, Office, Person, Socket, seconds};

/// A meeting that this person is in.
async fn meeting_of(who: &Person) -> Value {
    let meeting = who.post("/api/meetings", json!({ "kind": "instant", "title": "Kiln" })).await.created();
    let number = meeting["number"].as_str().expect("a number");
    who.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    meeting
}

async fn ring(who: &Person, meeting: &Value, callee: &Person) -> Answer {
    let path = format!("/api/meetings/{}/ring", meeting["id"].as_str().expect("an id"));
    who.post(&path, json!({ "member_ids": [callee.id, who.id], "audio_only": true })).await
}

async fn answer(who: &Person, call: &Value, how: &str, body: Value) -> Answer {
    who.post(&format!("/api/meetings/calls/{}/{how}", call["id"].as_str().expect("an id")), body).await
}

async fn ears(who: &Person) -> Socket {
    let mut socket = who.listen().await;
    socket.hears("hello").await;
    socket
}

async fn ending(socket: &mut Socket) -> String {
    let ended = socket.hears("meetings.call_ended").await;
    ended["reason"].as_str().unwrap_or_default().to_owned()
}

async fn ringing(who: &Person) -> usize {
    who.get("/api/meetings/calls").await.ok()["calls"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_call_is_heard_on_all_devices_and_accepting_it_ends_it_everywhere() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let (mut hers, mut one, mut other) = (ears(&alice).await, ears(&bob).await, ears(&bob).await);
    let meeting = meeting_of(&alice).await;
    assert_eq!(ring(&alice, &meeting, &bob).await.ok()["ringing"], 1, "nobody rings for themselves");
    assert_eq!(ring(&alice, &meeting, &bob).await.ok()["ringing"], 0, "it rings once");
    let call = one.hears("meetings.call").await["call"].clone();
    assert_eq!(other.hears("meetings.call").await["call"]["id"], call["id"]);
    let seen = (&call["caller"]["name"], &call["audio_only"], &call["meeting"]["title"]);
    assert_eq!(seen, (&json!("Alice"), &json!(true), &json!("Kiln")));
    assert_eq!((ringing(&bob).await, ringing(&alice).await), (1, 0));
    answer(&alice, &call, "accept", json!({})).await.is_not_found();
    let accepted = answer(&bob, &call, "accept", json!({})).await.ok();
    assert_eq!(accepted["number"], meeting["number"]);
    assert_eq!([ending(&mut hers).await, ending(&mut one).await, ending(&mut other).await], ["accepted"; 3]);
    answer(&bob, &call, "decline", json!({})).await.is_not_found();
    assert_eq!(ringing(&bob).await, 0);
}

#[tokio::test]
async fn the_caller_hears_who_declined_and_what_they_wrote() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let (mut hers, mut his) = (ears(&alice).await, ears(&bob).await);
    let meeting = meeting_of(&alice).await;
    ring(&alice, &meeting, &bob).await.ok();
    let call = his.hears("meetings.call").await["call"].clone();
    answer(&bob, &call, "decline", json!({ "message": "x".repeat(201) })).await.refused("meetings.message");
    answer(&bob, &call, "decline", json!({ "message": "In ten minutes" })).await.done();
    let ended = hers.hears("meetings.call_ended").await;
    let told = (&ended["reason"], &ended["message"], &ended["callee_id"]);
    assert_eq!(told, (&json!("declined"), &json!("In ten minutes"), &json!(bob.id)));
    let shown = alice.get(&format!("/api/meetings/{}", meeting["id"].as_str().expect("an id"))).await.ok();
    assert_eq!(shown["invitees"][0]["response"], "declined");
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_missed_after_45_seconds() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let (mut hers, mut his) = (ears(&alice).await, ears(&bob).await);
    let meeting = meeting_of(&alice).await;
    ring(&alice, &meeting, &bob).await.ok();
    office.forward(seconds(44)).await;
    assert_eq!(ringing(&bob).await, 1);
    office.forward(seconds(1)).await;
    assert_eq!(ringing(&bob).await, 0);
    assert_eq!([ending(&mut hers).await, ending(&mut his).await], ["missed"; 2]);
    assert_eq!(ring(&alice, &meeting, &bob).await.ok()["ringing"], 1, "one may ring again");
}

#[tokio::test]
async fn entering_answers_a_call_and_the_end_of_the_meeting_cancels_it() {
    let office = Office::open().await;
    let (alice, bob, carol) = (office.member("alice").await, office.member("bob").await, office.member("carol").await);
    let (mut his, mut hers) = (ears(&bob).await, ears(&carol).await);
    let meeting = meeting_of(&alice).await;
    ring(&alice, &meeting, &bob).await.ok();
    ring(&alice, &meeting, &carol).await.ok();
    let number = meeting["number"].as_str().expect("a number");
    bob.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    assert_eq!(ending(&mut his).await, "accepted");
    assert_eq!(ringing(&carol).await, 1);
    alice.post(&format!("/api/meetings/{}/end", meeting["id"].as_str().expect("an id")), json!({})).await.done();
    assert_eq!(ending(&mut hers).await, "cancelled");
    ring(&alice, &meeting, &bob).await.refused("meetings.not_running");
}

#[tokio::test]
async fn calling_an_instant_meeting_off_stops_its_ringing() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let mut his = ears(&bob).await;
    let meeting = alice.post("/api/meetings", json!({ "kind": "instant" })).await.created();
    ring(&alice, &meeting, &bob).await.ok();
    alice.delete(&format!("/api/meetings/{}", meeting["id"].as_str().expect("an id"))).await.done();
    assert_eq!(ending(&mut his).await, "cancelled");
}

#[tokio::test]
async fn only_colleagues_can_be_rung_and_only_by_those_who_see_the_meeting() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let eve = office.owner_elsewhere().await;
    let meeting = meeting_of(&alice).await;
    ring(&alice, &meeting, &eve).await.refused("meetings.unknown_member");
    ring(&bob, &meeting, &bob).await.is_not_found();
    ring(&eve, &meeting, &eve).await.is_not_found();
}
