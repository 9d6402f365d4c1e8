//! What people keep for later: until when, with which note, until it is done.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person, hours, minutes};

const ALL: &str = "/api/chat/conversations";
const LATER: &str = "/api/chat/later";

async fn kiln_with_a_message(who: &Person, other: &Person) -> (String, String) {
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": [other.id] })).await.created();
    let kiln = format!("{ALL}/{}", made["id"].as_str().expect("an id"));
    let sent = who.post(&format!("{kiln}/messages"), json!({ "client_id": "1", "text": "Order bricks" })).await.created();
    (kiln, format!("/api/chat/messages/{}", sent["id"].as_str().expect("an id")))
}

async fn keep(who: &Person, message: &str, body: Value) -> testkit::Answer {
    who.ask(Method::PUT, &format!("{message}/later"), Some(&body)).await
}

async fn kept(who: &Person, which: &str) -> Vec<Value> {
    who.get(&format!("{LATER}{which}")).await.ok()["messages"].as_array().expect("a list").clone()
}

async fn due(who: &Person) -> Vec<Value> {
    let page = who.get("/api/notify/notices").await.ok();
    page["notices"].as_array().expect("a list").iter().filter(|notice| notice["kind"] == "chat.due").cloned().collect()
}

#[tokio::test]
async fn what_is_kept_is_due_and_done() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (_, message) = kiln_with_a_message(&alice, &bob).await;
    let due_at = office.now_ms() + 3_600_000;
    keep(&bob, &message, json!({ "due_at": due_at, "note": "ask Carol" })).await.done();
    bob.ask(Method::PUT, &format!("{message}/later"), None).await.done();
    let item = kept(&bob, "").await[0].clone();
    assert_eq!((&item["text"], &item["due_at"], &item["note"]), (&json!("Order bricks"), &json!(due_at), &json!("ask Carol")));
    assert!(kept(&alice, "").await.is_empty());
    office.forward(hours(2)).await;
    let told = due(&bob).await;
    assert_eq!((told.len(), &told[0]["title"], &told[0]["data"]["note"]), (1, &json!("Kiln"), &json!("ask Carol")));
    assert!(due(&alice).await.is_empty());
    bob.post(&format!("{message}/later/done"), json!({ "done": true })).await.done();
    assert_eq!((kept(&bob, "?done=true").await.len(), kept(&bob, "?done=false").await.len()), (1, 0));
    bob.post(&format!("{message}/later/done"), json!({ "done": false })).await.done();
    assert_eq!((kept(&bob, "?done=true").await.len(), kept(&bob, "?done=false").await.len()), (0, 1));
    alice.post(&format!("{message}/later/done"), json!({ "done": true })).await.is_not_found();
}

#[tokio::test]
async fn what_is_put_off_done_or_gone_is_not_told() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, message) = kiln_with_a_message(&alice, &bob).await;
    let soon = office.now_ms() + 60_000;
    keep(&bob, &message, json!({ "due_at": soon })).await.done();
    keep(&bob, &message, json!({ "due_at": soon + 3_600_000 })).await.done();
    keep(&alice, &message, json!({ "due_at": soon })).await.done();
    alice.post(&format!("{message}/later/done"), json!({ "done": true })).await.done();
    office.forward(minutes(10)).await;
    assert_eq!((due(&alice).await.len(), due(&bob).await.len()), (0, 0));
    bob.delete(&format!("{kiln}/members/{}", bob.id)).await.done();
    office.forward(hours(2)).await;
    assert_eq!((due(&bob).await.len(), kept(&bob, "").await.len()), (0, 0));
    keep(&alice, &message, json!({ "due_at": 1 })).await.refused("chat.invalid");
    keep(&alice, &message, json!({ "note": "x".repeat(501) })).await.refused("chat.invalid");
    keep(&bob, &message, json!({})).await.is_not_found();
}
