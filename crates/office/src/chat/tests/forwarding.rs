//! Forwarding: one by one or together, to several conversations, with a note.

use serde_json::{Value, json};
use testkit::{Answer, Office, Person, digest};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, title: &str, others: &[&Person]) -> Value {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    who.post(ALL, json!({ "kind": "group", "title": title, "member_ids": ids })).await.created()
}

fn path(conversation: &Value) -> String {
    format!("{ALL}/{}", conversation["id"].as_str().expect("an id"))
}

async fn say(who: &Person, conversation: &Value, text: &str) -> Value {
    who.post(&format!("{}/messages", path(conversation)), json!({ "client_id": digest(&format!("{}:{text}", who.id)), "text": text }))
        .await
        .created()
}

async fn forward(who: &Person, messages: &[&Value], to: &[&Value], merged: bool, note: Option<&str>) -> Answer {
    let ids = |list: &[&Value]| list.iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    let body = json!({ "message_ids": ids(messages), "to": ids(to), "merged": merged, "note": note, "client_id": format!("f{merged}") });
    who.post("/api/chat/forward", body).await
}

#[tokio::test]
async fn messages_are_forwarded_one_by_one_in_their_order() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, oven, attic) = (group(&alice, "Kiln", &[&bob]).await, group(&alice, "Oven", &[]).await, group(&alice, "Attic", &[]).await);
    let (one, two) = (say(&bob, &kiln, "one").await, say(&alice, &kiln, "two").await);
    let written = forward(&alice, &[&two, &one], &[&oven, &attic], false, Some("Look")).await.ok();
    let list = written["messages"].as_array().expect("a list");
    let seen: Vec<(&Value, &Value)> = list.iter().map(|message| (&message["text"], &message["conversation_id"])).collect();
    let texts = ["one", "two", "Look"].map(|text| json!(text));
    let expected: Vec<(&Value, &Value)> = [&oven, &attic].iter().flat_map(|place| texts.iter().map(|text| (text, &place["id"]))).collect();
    assert_eq!(seen, expected);
    assert!(list.iter().all(|message| message["sender_id"] == alice.id.as_str()));
    assert_eq!(forward(&alice, &[&two, &one], &[&oven, &attic], false, Some("Look")).await.ok(), written, "once more writes nothing");
    assert_eq!(alice.get(&path(&oven)).await.ok()["last_seq"], 4);
}

#[tokio::test]
async fn messages_are_forwarded_together_with_who_wrote_them() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, oven) = (group(&alice, "Kiln", &[&bob]).await, group(&alice, "Oven", &[]).await);
    let (one, two) = (say(&bob, &kiln, "one").await, say(&alice, &kiln, "two").await);
    let written = forward(&alice, &[&two, &one], &[&oven], true, None).await.ok();
    let data = &written["messages"][0]["data"];
    assert_eq!((&written["messages"][0]["kind"], &data["title"]), (&json!("merged"), &json!("Kiln")));
    let line = |name: &str, message: &Value| json!({ "sender_name": name, "sent_at": message["sent_at"], "text": message["text"] });
    assert_eq!(data["messages"], json!([line("Bob", &one), line("Alice", &two)]));
    let again = forward(&alice, &[&written["messages"][0]], &[&kiln], false, None).await.ok();
    assert_eq!(again["messages"][0]["data"], *data);
    assert_eq!(bob.get("/api/chat/search?q=two").await.ok()["hits"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_cannot_be_forwarded_is_refused() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, oven, his) = (group(&alice, "Kiln", &[&bob]).await, group(&alice, "Oven", &[]).await, group(&bob, "His", &[]).await);
    let sent = say(&alice, &kiln, "one").await;
    forward(&alice, &[&kiln["last_message"]], &[&oven], false, None).await.refused("chat.not_forwarded");
    forward(&alice, &[&kiln["last_message"]], &[&oven], true, None).await.refused("chat.not_forwarded");
    forward(&alice, &[&sent], &[&his], false, None).await.is_not_found();
    forward(&alice, &[], &[&oven], false, None).await.refused("chat.invalid");
    forward(&alice, &[&sent], &[], false, None).await.refused("chat.invalid");
    forward(&alice, &[&sent], &[&oven; 21], false, None).await.refused("chat.too_many");
    forward(&alice, &[&sent; 101], &[&oven], false, None).await.refused("chat.too_many");
    let mut long = Vec::new();
    for number in 0..13 {
        long.push(say(&alice, &kiln, &format!("{number}{}", "砖".repeat(7_998))).await);
    }
    forward(&alice, &long.iter().collect::<Vec<_>>(), &[&oven], true, None).await.refused("chat.too_long");
    alice.post(&format!("/api/chat/messages/{}/recall", sent["id"].as_str().expect("an id")), json!({})).await.ok();
    forward(&alice, &[&sent], &[&oven], false, None).await.refused("chat.recalled");
}
