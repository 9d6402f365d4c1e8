//! Things of other capabilities as cards in messages: everybody sees what is theirs to see.

use serde_json::{Value, json};
use testkit::{Office, Person};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, title: &str, others: &[&Person]) -> Value {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    who.post(ALL, json!({ "kind": "group", "title": title, "member_ids": ids })).await.created()
}

fn path(conversation: &Value) -> String {
    format!("{ALL}/{}", conversation["id"].as_str().expect("an id"))
}

/// A message that carries a thing.
fn carrying(client_id: &str, kind: &str, id: &Value) -> Value {
    json!({ "client_id": client_id, "subject": { "kind": kind, "id": id } })
}

/// How a thing looks to somebody.
async fn card(who: &Person, kind: &str, id: &Value) -> Value {
    let id = id.as_str().expect("an id");
    let seen = who.get(&format!("/api/subjects?of={kind}:{id}")).await.ok();
    assert_eq!((&seen["subjects"][0]["kind"], &seen["subjects"][0]["id"]), (&json!(kind), &json!(id)));
    seen["subjects"][0]["card"].clone()
}

async fn found(who: &Person, words: &str) -> usize {
    who.get(&format!("/api/chat/search?q={words}")).await.ok()["hits"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_group_is_a_card_to_its_members_and_nothing_to_others() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let (kiln, secret) = (group(&alice, "Kiln", &[&bob, &carol]).await, group(&alice, "Takeover", &[&bob]).await);
    let link = alice.post(&format!("{}/link", path(&secret)), json!({ "expires_in_days": 7, "approval": false })).await.created();
    let messages = format!("{}/messages", path(&kiln));
    let sent = alice.post(&messages, carrying("1", "chat.conversation", &secret["id"])).await.created();
    assert_eq!(sent["data"], json!({ "kind": "chat.conversation", "id": secret["id"] }));
    assert_eq!((&sent["kind"], &sent["text"]), (&json!("subject"), &json!("")));
    let hers = card(&bob, "chat.conversation", &secret["id"]).await;
    let seen = ["title", "state", "people_count"].map(|field| hers[field].clone());
    assert_eq!(seen, [json!("Takeover"), json!("group"), json!(2)]);
    assert_eq!(card(&carol, "chat.conversation", &secret["id"]).await, Value::Null);
    let read = carol.get(&messages).await.ok().to_string();
    let token = link["token"].as_str().expect("a token");
    assert!(!read.contains("Takeover") && !read.contains(token), "{read}");
    assert_eq!((found(&bob, "Takeover").await, found(&carol, "Takeover").await), (1, 0));
    carol.post(&messages, carrying("2", "chat.conversation", &secret["id"])).await.is_not_found();
    let forward = json!({ "message_ids": [sent["id"]], "to": [kiln["id"]], "client_id": "f" });
    carol.post("/api/chat/forward", forward.clone()).await.is_not_found();
    assert_eq!(bob.post("/api/chat/forward", forward).await.ok()["messages"][0]["data"], sent["data"]);
    carol
        .post(&messages, json!({ "client_id": "3", "subject": { "kind": "chat.message", "id": sent["id"] } }))
        .await
        .refused("chat.invalid");
    carol.post(&messages, json!({ "client_id": "4", "subject": { "kind": "no.such", "id": sent["id"] } })).await.refused("chat.invalid");
    alice.delete(&path(&secret)).await.done();
    assert_eq!(card(&bob, "chat.conversation", &secret["id"]).await, Value::Null);
}

#[tokio::test]
async fn a_meeting_that_is_shown_in_a_conversation_is_seen_by_its_people_and_follows_it() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let plan = json!({ "kind": "scheduled", "title": "Firing", "starts_at": office.now_ms() + 3_600_000 });
    let meeting = alice.post("/api/meetings", plan).await.created();
    assert_eq!(card(&bob, "meetings.meeting", &meeting["id"]).await, Value::Null);
    let messages = format!("{}/messages", path(&kiln));
    bob.post(&messages, carrying("1", "meetings.meeting", &meeting["id"])).await.is_not_found();
    let his_own = bob.post("/api/meetings", json!({ "kind": "instant", "title": "His" })).await.created();
    alice.patch(&path(&kiln), json!({ "rules": { "muted_all": true } })).await.ok();
    bob.post(&messages, carrying("2", "meetings.meeting", &his_own["id"])).await.refused("chat.muted");
    assert_eq!(card(&alice, "meetings.meeting", &his_own["id"]).await, Value::Null, "nothing is shown by what is not sent");
    alice.post(&messages, carrying("1", "meetings.meeting", &meeting["id"])).await.created();
    let number = meeting["number"].as_str().expect("a number");
    let his = card(&bob, "meetings.meeting", &meeting["id"]).await;
    assert_eq!((&his["title"], &his["state"]), (&json!("Firing"), &json!("scheduled")));
    assert_eq!((&his["link"], &his["starts_at"]), (&json!(format!("/m/{number}")), &meeting["starts_at"]));
    assert_eq!(card(&carol, "meetings.meeting", &meeting["id"]).await, Value::Null);
    let id = meeting["id"].as_str().expect("an id");
    bob.get(&format!("/api/meetings/{id}")).await.is_not_found();
    alice.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    assert_eq!(card(&bob, "meetings.meeting", &meeting["id"]).await["state"], "running");
    alice.post(&format!("/api/meetings/{id}/end"), json!({})).await.done();
    let over = card(&bob, "meetings.meeting", &meeting["id"]).await;
    assert_eq!((&over["state"], &over["ended_at"]), (&json!("ended"), &json!(office.now_ms())));
}

#[tokio::test]
async fn a_folder_is_seen_by_those_of_its_space() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let (pair, all) = (group(&alice, "Pair", &[&bob]).await, group(&alice, "All", &[&bob, &carol]).await);
    let space = alice.post("/api/drive/spaces", json!({ "conversation_id": pair["id"] })).await;
    let space = space.json()["id"].as_str().expect("an id").to_owned();
    let folder = alice.post(&format!("/api/drive/spaces/{space}/folders"), json!({ "name": "Glazes" })).await.created();
    alice.post(&format!("{}/messages", path(&all)), carrying("1", "drive.entry", &folder["id"])).await.created();
    let his = card(&bob, "drive.entry", &folder["id"]).await;
    assert_eq!((&his["title"], &his["state"], &his["can_call"]), (&json!("Glazes"), &json!("folder"), &json!(true)));
    assert_eq!(card(&carol, "drive.entry", &folder["id"]).await, Value::Null);
    alice.delete(&format!("/api/drive/entries/{}", folder["id"].as_str().expect("an id"))).await.done();
    assert_eq!(card(&bob, "drive.entry", &folder["id"]).await, Value::Null);
}

#[tokio::test]
async fn a_question_for_cards_is_bounded_and_readable() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, "Kiln", &[]).await;
    let one = format!("chat.conversation:{}", kiln["id"].as_str().expect("an id"));
    let seen = alice.get(&format!("/api/subjects?of={one},{one},no.such:{}", alice.id)).await.ok();
    assert_eq!(seen["subjects"].as_array().map(Vec::len), Some(2), "each once");
    assert_eq!((&seen["subjects"][0]["card"]["title"], &seen["subjects"][1]["card"]), (&json!("Kiln"), &Value::Null));
    alice.get("/api/subjects?of=nonsense").await.refused("subjects.unreadable");
    let many: Vec<String> = (0..51).map(|number| format!("a.b:00000000-0000-7000-8000-0000000000{number:02}")).collect();
    alice.get(&format!("/api/subjects?of={}", many.join(","))).await.refused("subjects.unreadable");
}
