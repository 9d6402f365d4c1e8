//! Messages that their sender wants confirmed.

use serde_json::{Value, json};
use testkit::{Office, Person, digest, hours, minutes};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn say(who: &Person, kiln: &str, text: &str) -> Value {
    who.post(&format!("{kiln}/messages"), json!({ "client_id": digest(&format!("{}:{text}", who.id)), "text": text })).await.created()
}

fn path(urgent: &Value) -> String {
    format!("/api/chat/urgent/{}", urgent["id"].as_str().expect("an id"))
}

fn of(message: &Value) -> String {
    format!("/api/chat/messages/{}/urgent", message["id"].as_str().expect("an id"))
}

/// How often each urgent notice was told while it was unread.
async fn told(who: &Person) -> Vec<i64> {
    let page = who.get("/api/notify/notices?unread=true").await.ok();
    let urgent = page["notices"].as_array().expect("a list").iter().filter(|notice| notice["kind"] == "chat.urgent");
    urgent.filter_map(|notice| notice["times"].as_i64()).collect()
}

async fn confirm(who: &Person, urgent: &Value) -> Value {
    who.post(&format!("{}/confirm", path(urgent)), json!({})).await.ok()
}

#[tokio::test]
async fn those_concerned_are_told_until_they_confirm() {
    let office = Office::open().await;
    let [alice, bob, carol, dave] = office.members(["alice", "bob", "carol", "dave"]).await;
    let kiln = group(&alice, &[&bob, &carol, &dave]).await;
    let mut ears = bob.listen().await;
    let body = json!({ "text": "Fire!", "to": [bob.id, carol.id, alice.id], "repeat_minutes": 5 });
    let urgent = alice.post(&format!("{kiln}/urgent"), body).await.created();
    assert_eq!((&urgent["message"]["text"], &urgent["by"]), (&json!("Fire!"), &json!(alice.id)));
    assert_eq!((urgent["waiting"].as_array().map(Vec::len), &urgent["rounds"]), (Some(2), &json!(1)));
    let heard = ears.hears("chat.urgent").await["urgent"].clone();
    assert_eq!((&heard["id"], &heard["message"]["text"]), (&urgent["id"], &json!("Fire!")));
    assert_eq!((told(&bob).await, told(&dave).await), (vec![1], vec![]));
    office.forward(minutes(4)).await;
    // A device that says nothing for longer is let go.
    let mut ears = bob.listen().await;
    office.forward(minutes(1)).await;
    ears.hears("chat.urgent").await;
    assert_eq!((told(&bob).await, told(&carol).await), (vec![2], vec![2]));
    let last = bob.get(&kiln).await.ok()["last_message"].clone();
    bob.post(&format!("{kiln}/read"), json!({ "seq": last["seq"] })).await.ok();
    assert_eq!(told(&bob).await, [2], "reading is not confirming");
    let seen = confirm(&bob, &urgent).await;
    confirm(&bob, &urgent).await;
    assert_eq!((&seen["confirmed"][0]["member_id"], &seen["waiting"]), (&json!(bob.id), &json!([carol.id])));
    assert!(told(&bob).await.is_empty());
    let message = alice.get(&kiln).await.ok()["last_message"].clone();
    assert_eq!(message["urgent"], json!({ "id": urgent["id"], "to": 2, "confirmed": 1 }));
    office.forward(minutes(5)).await;
    assert_eq!((told(&bob).await, told(&carol).await), (vec![], vec![3]));
    let over = confirm(&carol, &urgent).await;
    assert!(over["ended_at"].is_i64());
    office.forward(hours(2)).await;
    assert_eq!((told(&bob).await, told(&carol).await), (vec![], vec![]));
}

#[tokio::test]
async fn telling_ends_with_its_limit() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let urgent = alice.post(&format!("{kiln}/urgent"), json!({ "text": "Fire!", "to": "all", "repeat_minutes": 60 })).await.created();
    office.forward(hours(20)).await;
    assert_eq!(told(&bob).await, [12]);
    alice.post(&format!("{}/remind", path(&urgent)), json!({})).await.refused("chat.too_many");
    let ended = alice.post(&format!("{}/end", path(&urgent)), json!({})).await.ok();
    assert!(ended["ended_at"].is_i64());
    assert!(told(&bob).await.is_empty());
}

#[tokio::test]
async fn it_can_wait_and_be_told_once_more_by_hand() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let sent = say(&alice, &kiln, "The kiln opens at ten").await;
    let body = json!({ "to": "unread", "at": office.now_ms() + 3_600_000 });
    let urgent = alice.post(&of(&sent), body.clone()).await.created();
    alice.post(&of(&sent), body).await.refused("chat.already_urgent");
    let boxed = async |who: &Person, which: &str| who.get(&format!("/api/chat/urgent?box={which}")).await.ok()["urgent"].as_array().map(Vec::len);
    assert_eq!((boxed(&bob, "in").await, boxed(&alice, "out").await, told(&bob).await), (Some(0), Some(1), vec![]));
    office.forward(minutes(61)).await;
    assert_eq!((boxed(&bob, "in").await, boxed(&bob, "out").await, told(&bob).await), (Some(1), Some(0), vec![1]));
    let remind = format!("{}/remind", path(&urgent));
    bob.post(&remind, json!({})).await.refused("chat.not_allowed");
    let early = alice.post(&remind, json!({})).await;
    early.refused("chat.too_soon");
    assert!(early.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds <= 300));
    office.forward(minutes(5)).await;
    alice.post(&remind, json!({})).await.ok();
    assert_eq!(told(&bob).await, [2]);
    let id = sent["id"].as_str().expect("an id");
    alice.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.ok();
    assert!(bob.get(&path(&urgent)).await.ok()["ended_at"].is_i64(), "what was recalled is urgent no more");
}

#[tokio::test]
async fn only_those_concerned_know_of_it() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let sent = say(&alice, &kiln, "Fire!").await;
    bob.post(&of(&sent), json!({ "to": "all" })).await.is_not_found();
    for (wanted, code) in [
        (json!({ "to": [] }), "chat.nobody"),
        (json!({ "to": [alice.id] }), "chat.nobody"),
        (json!({ "to": "all", "repeat_minutes": 4 }), "chat.invalid"),
        (json!({ "to": "all", "at": 1 }), "chat.invalid"),
        (json!({ "to": "some" }), "request.invalid"),
    ] {
        alice.post(&of(&sent), wanted).await.refused(code);
    }
    let urgent = alice.post(&of(&sent), json!({ "to": [bob.id] })).await.created();
    for stranger in [&carol, &office.owner_elsewhere().await] {
        stranger.get(&path(&urgent)).await.is_not_found();
        for act in ["confirm", "remind", "end"] {
            stranger.post(&format!("{}/{act}", path(&urgent)), json!({})).await.is_not_found();
        }
    }
    alice.post(&format!("{}/confirm", path(&urgent)), json!({})).await.is_not_found();
    alice.patch(&kiln, json!({ "rules": { "at_all": "admins" } })).await.ok();
    let other = say(&bob, &kiln, "Help!").await;
    bob.post(&of(&other), json!({ "to": "all" })).await.refused("chat.at_all");
    alice.delete(&format!("{kiln}/members/{}", bob.id)).await.done();
    bob.get(&path(&urgent)).await.is_not_found();
}
