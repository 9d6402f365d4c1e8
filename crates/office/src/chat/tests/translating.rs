//! Messages in another language, by a service that whoever runs the office has chosen.

use serde_json::{Value, json};
use testkit::{Office, Peer};

#[tokio::test]
async fn a_message_is_translated_by_the_service_of_the_operator() {
    let service = Peer::start().await;
    let office = Office::with_translator(&service.url("/")).await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let made = alice.post("/api/chat/conversations", json!({ "kind": "group", "title": "Kiln", "member_ids": [] })).await.created();
    let kiln = made["id"].as_str().expect("an id");
    let sent =
        alice.post(&format!("/api/chat/conversations/{kiln}/messages"), json!({ "client_id": "1", "text": "窑炉点火了" })).await.created();
    let path = format!("/api/chat/messages/{}/translate", sent["id"].as_str().expect("an id"));
    service.answers(200, &[("content-type", "application/json")], json!({ "translatedText": "The kiln is lit" }).to_string());
    assert_eq!(alice.get("/api/chat/settings").await.ok()["can_translate"], true);
    assert_eq!(alice.post(&path, json!({ "to": "en" })).await.ok()["text"], "The kiln is lit");
    let [call] = &service.take_calls()[..] else { panic!("one call") };
    let asked: Value = serde_json::from_slice(&call.body).expect("JSON");
    assert_eq!(asked, json!({ "q": "窑炉点火了", "source": "auto", "target": "en", "format": "text", "api_key": "key" }));
    assert_eq!(call.path, "/translate");
    bob.post(&path, json!({ "to": "en" })).await.is_not_found();
    assert_eq!(alice.post(&path, json!({ "to": "../en" })).await.refused("chat.language")["field"], "to");
    service.answers(500, &[], "");
    assert_eq!(alice.post(&path, json!({ "to": "zh-CN" })).await.json()["code"], "chat.translator_silent");
}

#[tokio::test]
async fn without_a_service_nothing_is_translated() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let made = alice.post("/api/chat/conversations", json!({ "kind": "group", "title": "Kiln", "member_ids": [] })).await.created();
    let path = format!("/api/chat/messages/{}/translate", made["last_message"]["id"].as_str().expect("an id"));
    assert_eq!(alice.get("/api/chat/settings").await.ok()["can_translate"], false);
    alice.post(&path, json!({ "to": "en" })).await.refused("chat.no_translator");
}
