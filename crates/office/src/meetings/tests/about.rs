//! Calls about things of other capabilities.

use serde_json::{Value, json};
use testkit::{Office, Person};

const ABOUT: &str = "/api/meetings/about";

async fn group(who: &Person, others: &[&Person]) -> Value {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    who.post("/api/chat/conversations", json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created()
}

/// A file in the space of a group.
async fn plan(who: &Person, group: &Value) -> String {
    let space = who.post("/api/drive/spaces", json!({ "conversation_id": group["id"] })).await.json();
    let space = space["id"].as_str().expect("an id").to_owned();
    who.upload(&[("space", &space), ("filename", "plan.txt")], "plan").await
}

async fn ringing(who: &Person) -> usize {
    who.get("/api/meetings/calls").await.ok()["calls"].as_array().map_or(0, Vec::len)
}

async fn enter(who: &Person, meeting: &Value) {
    let number = meeting["number"].as_str().expect("a number");
    who.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
}

#[tokio::test]
async fn those_around_a_file_are_rung_and_two_callers_meet() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let file = plan(&alice, &kiln).await;
    let body = json!({ "kind": "drive.entry", "id": file, "audio_only": true });
    carol.post(ABOUT, body.clone()).await.is_not_found();
    let meeting = alice.post(ABOUT, body.clone()).await.created();
    assert_eq!((&meeting["title"], &meeting["about"]), (&json!("plan.txt"), &json!({ "kind": "drive.entry", "id": file })));
    assert_eq!([ringing(&alice).await, ringing(&bob).await, ringing(&carol).await], [0, 1, 0]);
    // Nobody is inside yet: whoever comes next rings too.
    assert_eq!(bob.post(ABOUT, body.clone()).await.ok()["id"], meeting["id"]);
    assert_eq!([ringing(&alice).await, ringing(&bob).await], [1, 1]);
    enter(&alice, &meeting).await;
    let joined = bob.post(ABOUT, body.clone()).await.ok();
    assert_eq!((&joined["id"], &joined["state"]), (&meeting["id"], &json!("running")));
    let id = meeting["id"].as_str().expect("an id");
    alice.post(&format!("/api/meetings/{id}/end"), json!({})).await.done();
    let next = bob.post(ABOUT, body.clone()).await.created();
    assert_ne!(next["id"], meeting["id"]);
    alice.delete(&format!("/api/drive/entries/{file}")).await.done();
    bob.post(ABOUT, body).await.is_not_found();
    assert_eq!(bob.get(&format!("/api/meetings/{id}")).await.ok()["about"]["id"], json!(file), "it stays known what it was about");
    let card = bob.get(&format!("/api/subjects?of=drive.entry:{file}")).await.ok();
    assert_eq!(card["subjects"][0]["card"], Value::Null);
}

#[tokio::test]
async fn a_call_that_nobody_followed_holds_for_a_while() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let file = plan(&alice, &group(&alice, &[&bob]).await).await;
    let body = json!({ "kind": "drive.entry", "id": file });
    let first = alice.post(ABOUT, body.clone()).await.created();
    office.forward(testkit::seconds(9 * 60)).await;
    assert_eq!(bob.post(ABOUT, body.clone()).await.ok()["id"], first["id"]);
    office.forward(testkit::seconds(2 * 60)).await;
    assert_ne!(bob.post(ABOUT, body).await.created()["id"], first["id"]);
}

#[tokio::test]
async fn two_who_call_at_the_same_moment_come_into_one_meeting() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let path = format!("/api/chat/conversations/{}", kiln["id"].as_str().expect("an id"));
    let (hers, his) = (format!("{path}/call"), format!("{path}/call"));
    let (hers, his) = tokio::join!(alice.post(&hers, json!({})), bob.post(&his, json!({})));
    let mut answers = [hers.status.as_u16(), his.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 201]);
    let (hers, his) = (hers.json(), his.json());
    assert_eq!((&hers["meeting"]["id"], &hers["message"]["id"]), (&his["meeting"]["id"], &his["message"]["id"]));
    office.settle().await;
    let messages = bob.get(&format!("{path}/messages")).await.ok();
    let cards = messages["messages"].as_array().expect("a list").iter().filter(|message| message["kind"] == "call").count();
    assert_eq!(cards, 1);
}

#[tokio::test]
async fn around_what_has_many_nobody_is_rung() {
    let office = Office::with_limit("meetings.rung_about", 1).await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    alice.post(ABOUT, json!({ "kind": "drive.entry", "id": plan(&alice, &kiln).await })).await.created();
    assert_eq!([ringing(&bob).await, ringing(&carol).await], [0, 0]);
}

#[tokio::test]
async fn a_conversation_shows_the_call_however_it_was_made() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let path = format!("/api/chat/conversations/{}", kiln["id"].as_str().expect("an id"));
    let body = json!({ "kind": "chat.conversation", "id": kiln["id"], "audio_only": true });
    carol.post(ABOUT, body.clone()).await.is_not_found();
    let meeting = alice.post(ABOUT, body.clone()).await.created();
    office.settle().await;
    let card = bob.get(&path).await.ok()["last_message"].clone();
    let seen = (&card["kind"], &card["data"]["meeting_id"], &card["data"]["audio_only"], &card["sender_id"]);
    assert_eq!(seen, (&json!("call"), &meeting["id"], &json!(true), &json!(alice.id)));
    let called = bob.post(&format!("{path}/call"), json!({})).await.ok();
    assert_eq!((&called["meeting"]["id"], &called["message"]["id"]), (&meeting["id"], &card["id"]));
    alice.patch(&path, json!({ "rules": { "muted_all": true } })).await.ok();
    bob.post(ABOUT, body).await.refused("request.forbidden");
    alice.post(ABOUT, json!({ "kind": "meetings.meeting", "id": meeting["id"] })).await.refused("request.forbidden");
    alice.post(ABOUT, json!({ "kind": "no.such", "id": meeting["id"] })).await.is_not_found();
}
