//! Pictures collected to answer with: from a message or uploaded, one's own, sent as copies.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, Office, Person, days};

const ALL: &str = "/api/chat/conversations";
const STICKERS: &str = "/api/chat/stickers";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

async fn bring(who: &Person, conversation: &str, name: &str, bytes: &'static str) -> String {
    who.upload(&[("conversation", conversation), ("filename", name)], bytes).await
}

async fn send(who: &Person, conversation: &str, body: Value) -> Answer {
    who.post(&format!("{ALL}/{conversation}/messages"), body).await
}

async fn collect(who: &Person, file: &Value) -> Answer {
    who.post(STICKERS, json!({ "file_id": file })).await
}

async fn all(who: &Person) -> Vec<String> {
    let list = who.get(STICKERS).await.ok();
    let name = |one: &Value| one["file"]["name"].as_str().unwrap_or_default().to_owned();
    list["stickers"].as_array().expect("a list").iter().map(name).collect()
}

fn content(file: &Value) -> String {
    format!("/api/drive/files/{}/content", file["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_picture_is_collected_and_sent() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let picture = bring(&alice, &kiln, "cat.gif", "cat").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "a", "files": [picture] })).await.created();
    let picture = &sent["data"]["files"][0]["id"];
    collect(&carol, picture).await.is_not_found();
    let cat = collect(&bob, picture).await.created();
    assert_eq!(collect(&bob, picture).await.created()["id"], cat["id"], "once");
    assert_eq!((all(&bob).await, all(&alice).await), (vec!["cat.gif".to_owned()], vec![]));
    alice.get(&content(&cat["file"])).await.is_not_found();
    let id = sent["id"].as_str().expect("an id");
    alice.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.ok();
    assert_eq!(bob.get(&content(&cat["file"])).await.bytes, b"cat", "it stays when its message is taken back");
    let body = json!({ "client_id": "b", "sticker": cat["id"] });
    send(&alice, &kiln, body.clone()).await.is_not_found();
    let answer = send(&bob, &kiln, body.clone()).await.created();
    assert_eq!((&answer["kind"], &answer["text"]), (&json!("sticker"), &json!("")));
    assert_eq!(send(&bob, &kiln, body).await.ok(), answer);
    let file = &answer["data"]["sticker"];
    assert_eq!(alice.get(&content(file)).await.bytes, b"cat");
    carol.get(&content(file)).await.is_not_found();
    let cat = cat["id"].as_str().expect("an id");
    alice.delete(&format!("{STICKERS}/{cat}")).await.is_not_found();
    bob.delete(&format!("{STICKERS}/{cat}")).await.done();
    assert_eq!(all(&bob).await, [] as [&str; 0]);
    assert_eq!(alice.get(&content(file)).await.bytes, b"cat", "what was sent stays");
    let again = collect(&alice, &file["id"]).await.created();
    assert_eq!(again["file"]["name"], "cat.gif", "also from a sticker that somebody sent");
    let other = group(&alice, &[&carol]).await;
    let forward = json!({ "client_id": "f", "message_ids": [answer["id"]], "to": [other], "merged": false });
    alice.post("/api/chat/forward", forward).await;
    let history = carol.get(&format!("{ALL}/{other}/messages")).await.ok();
    let last = history["messages"].as_array().and_then(|messages| messages.last()).expect("a message");
    assert_eq!(last["kind"], "sticker");
    assert_eq!(carol.get(&content(&last["data"]["sticker"])).await.bytes, b"cat");
}

#[tokio::test]
async fn stickers_are_small_pictures_in_an_order_of_ones_own() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, &[]).await;
    for name in ["plan.pdf", "page.svg", "film.mp4"] {
        let file = bring(&alice, &kiln, name, "bytes").await;
        collect(&alice, &json!(file)).await.refused("chat.invalid");
    }
    let large = alice.upload(&[("conversation", &kiln), ("filename", "large.png")], vec![7; 1_048_577]).await;
    collect(&alice, &json!(large)).await.refused("chat.too_large");
    let mut ids = Vec::new();
    for (name, bytes) in [("one.png", "1"), ("two.webp", "2"), ("three.jpg", "3")] {
        let file = bring(&alice, &kiln, name, bytes).await;
        ids.push(collect(&alice, &json!(file)).await.created()["id"].clone());
    }
    assert_eq!(all(&alice).await, ["three.jpg", "two.webp", "one.png"], "the latest comes first");
    let order = json!({ "ids": [ids[1], ids[0], ids[2]] });
    alice.ask(Method::PUT, &format!("{STICKERS}/order"), Some(&order)).await.done();
    assert_eq!(all(&alice).await, ["two.webp", "one.png", "three.jpg"]);
    let picture = alice.upload(&[("conversation", &kiln), ("filename", "four.png")], "4").await;
    collect(&alice, &json!(picture)).await.created();
    assert_eq!(all(&alice).await.first().map(String::as_str), Some("four.png"));
}

#[tokio::test]
async fn what_was_sent_is_let_go_and_a_sticker_stays() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let settings = json!({ "member_quota_bytes": 0, "organisation_quota_bytes": 0, "retention_days": 30, "bin_days": 30, "versions_kept": 2,
        "links_allowed": true });
    office.owner().ask(Method::PUT, "/api/drive/settings", Some(&settings)).await.ok();
    let kiln = group(&alice, &[]).await;
    let picture = bring(&alice, &kiln, "cat.gif", "cat").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "a", "files": [picture] })).await.created();
    let cat = collect(&alice, &sent["data"]["files"][0]["id"]).await.created();
    office.forward(days(40)).await;
    let alice = office.sign_in("alice").await;
    alice.get(&content(&sent["data"]["files"][0])).await.is_not_found();
    assert_eq!(all(&alice).await, ["cat.gif"]);
    assert_eq!(alice.get(&content(&cat["file"])).await.bytes, b"cat");
    send(&alice, &kiln, json!({ "client_id": "b", "sticker": cat["id"] })).await.created();
}
