//! Calls from a conversation: its people are rung, and a card shows what becomes of the meeting.

use media::control::{Happening, NodeEvent, Participant, Room};
use serde_json::{Value, json};
use testkit::{Office, Person, seconds};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn enter(who: &Person, meeting: &Value) {
    let number = meeting["number"].as_str().expect("a number");
    who.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
}

async fn happens(office: &Office, meeting: &Value, what: Happening) {
    let room = Room { name: meeting["id"].as_str().expect("an id").to_owned(), ..Room::default() };
    office.media().happens(NodeEvent { at_ms: office.now_ms(), room, what });
    office.settle().await;
}

fn inside(person: &Person) -> Participant {
    Participant { sid: format!("PA_{}", person.id), identity: person.id.clone(), name: "?".to_owned(), ..Participant::default() }
}

/// The card, as somebody sees it now.
async fn card(who: &Person, kiln: &str) -> Value {
    who.get(kiln).await.ok()["last_message"]["data"].clone()
}

#[tokio::test]
async fn everybody_is_rung_and_the_card_follows_the_meeting() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let (mut his, mut hers) = (bob.listen().await, carol.listen().await);
    let called = alice.post(&format!("{kiln}/call"), json!({ "audio_only": true })).await.created();
    let meeting = &called["meeting"];
    let data = &called["message"]["data"];
    assert_eq!((&meeting["title"], &meeting["host"]["name"]), (&json!("Kiln"), &json!("Alice")));
    let seen = ["meeting_id", "number", "title", "audio_only", "state", "participants", "missed"].map(|field| data[field].clone());
    let expected = [meeting["id"].clone(), meeting["number"].clone(), json!("Kiln"), json!(true), json!("running"), json!([]), json!([])];
    assert_eq!(seen, expected);
    for socket in [&mut his, &mut hers] {
        assert_eq!(socket.hears("meetings.call").await["call"]["meeting"]["id"], meeting["id"]);
    }
    enter(&alice, meeting).await;
    happens(&office, meeting, Happening::ParticipantJoined(inside(&alice))).await;
    enter(&bob, meeting).await;
    happens(&office, meeting, Happening::ParticipantJoined(inside(&bob))).await;
    let mut both = [json!(alice.id), json!(bob.id)];
    both.sort_by_key(Value::to_string);
    assert_eq!(card(&carol, &kiln).await["participants"], json!(both));
    office.forward(seconds(45)).await;
    assert_eq!(card(&carol, &kiln).await["missed"], json!([carol.id]));
    happens(&office, meeting, Happening::ParticipantLeft(inside(&bob))).await;
    assert_eq!(card(&carol, &kiln).await["participants"], json!([alice.id]));
    let id = meeting["id"].as_str().expect("an id");
    alice.post(&format!("/api/meetings/{id}/end"), json!({})).await.done();
    let over = card(&bob, &kiln).await;
    assert_eq!((&over["state"], &over["participants"], &over["missed"]), (&json!("ended"), &json!(both), &json!([carol.id])));
    assert_eq!(over["ended_at"].as_i64(), Some(office.now_ms()));
    let heard = loop {
        let message = hers.hears("chat.message").await["message"].clone();
        if message["data"]["state"] == "ended" {
            break message;
        }
    };
    assert_eq!(heard["id"], called["message"]["id"]);
}

#[tokio::test]
async fn two_people_call_each_other() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let direct = alice.post(ALL, json!({ "kind": "direct", "member_id": bob.id })).await.created();
    let path = format!("{ALL}/{}", direct["id"].as_str().expect("an id"));
    let mut ears = bob.listen().await;
    let called = alice.post(&format!("{path}/call"), json!({})).await.created();
    let call = ears.hears("meetings.call").await["call"].clone();
    assert_eq!(call["caller"]["name"], "Alice");
    let id = call["id"].as_str().expect("an id");
    bob.post(&format!("/api/meetings/calls/{id}/decline"), json!({})).await.done();
    assert_eq!(card(&alice, &path).await["missed"], json!([bob.id]));
    assert_eq!(bob.get(&path).await.ok()["mine"]["unread"], 1);
    let meeting = called["meeting"]["id"].as_str().expect("an id");
    alice.delete(&format!("/api/meetings/{meeting}")).await.done();
    assert_eq!(card(&bob, &path).await["state"], "ended");
    let message = called["message"]["id"].as_str().expect("an id");
    alice.post(&format!("/api/chat/messages/{message}/recall"), json!({})).await.refused("chat.not_allowed");
}

#[tokio::test]
async fn whoever_may_not_write_may_not_call() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    alice.patch(&kiln, json!({ "rules": { "muted_all": true } })).await.ok();
    bob.post(&format!("{kiln}/call"), json!({})).await.refused("chat.muted");
    carol.post(&format!("{kiln}/call"), json!({})).await.is_not_found();
    assert_eq!(bob.get("/api/meetings?when=upcoming").await.ok()["meetings"], json!([]));
    alice.post(&format!("{kiln}/call"), json!({})).await.created();
}
