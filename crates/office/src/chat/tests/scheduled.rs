//! What is written now and sent later.

use serde_json::{Value, json};
use testkit::{Office, Person, hours, minutes};

const ALL: &str = "/api/chat/conversations";
const WAITING: &str = "/api/chat/scheduled";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn schedule(office: &Office, who: &Person, kiln: &str, text: &str, in_minutes: i64) -> Value {
    let body = json!({ "client_id": text, "text": text, "send_at": office.now_ms() + in_minutes * 60_000 });
    who.post(&format!("{kiln}/scheduled"), body).await.created()
}

fn one(scheduled: &Value) -> String {
    format!("{WAITING}/{}", scheduled["id"].as_str().expect("an id"))
}

async fn texts(who: &Person, kiln: &str) -> Vec<String> {
    let page = who.get(&format!("{kiln}/messages")).await.ok();
    let list = page["messages"].as_array().expect("a list").iter();
    list.filter(|message| message["kind"] == "text").map(|message| message["text"].as_str().unwrap_or("?").to_owned()).collect()
}

/// What waits, and why it failed if it did.
async fn waiting(who: &Person) -> Vec<(String, Value)> {
    let list = who.get(WAITING).await.ok();
    let line = |one: &Value| (one["text"].as_str().unwrap_or("?").to_owned(), one["failed"].clone());
    list["scheduled"].as_array().expect("a list").iter().map(line).collect()
}

#[tokio::test]
async fn a_message_is_sent_when_it_is_due_and_never_twice() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let later = schedule(&office, &alice, &kiln, "later", 30).await;
    assert_eq!((&later["conversation_title"], &later["failed"]), (&json!("Kiln"), &Value::Null));
    let soon = json!({ "client_id": "soon", "text": "soon @Bob", "mentions": [bob.id], "send_at": office.now_ms() + 60_000 });
    alice.post(&format!("{kiln}/scheduled"), soon.clone()).await.created();
    alice.post(&format!("{kiln}/scheduled"), soon).await.ok();
    assert_eq!(waiting(&alice).await, [("soon @Bob".to_owned(), Value::Null), ("later".to_owned(), Value::Null)]);
    assert_eq!((texts(&bob, &kiln).await.len(), waiting(&bob).await.len()), (0, 0));
    let mut ears = bob.listen().await;
    office.forward(minutes(1)).await;
    let heard = ears.hears("chat.message").await["message"].clone();
    assert_eq!((&heard["text"], &heard["sender_id"], &heard["client_id"]), (&json!("soon @Bob"), &json!(alice.id), &json!("soon")));
    assert_eq!(bob.get(&kiln).await.ok()["mine"]["mentions"], 1);
    office.forward(hours(1)).await;
    assert_eq!(texts(&bob, &kiln).await, ["soon @Bob", "later"]);
    assert_eq!(waiting(&alice).await, []);
    let again = json!({ "client_id": "later", "text": "later" });
    alice.post(&format!("{kiln}/messages"), again).await.ok();
    assert_eq!(texts(&bob, &kiln).await.len(), 2);
}

#[tokio::test]
async fn it_can_be_changed_put_off_sent_now_and_dropped() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let [first, second, third] = [
        schedule(&office, &alice, &kiln, "first", 10).await,
        schedule(&office, &alice, &kiln, "second", 10).await,
        schedule(&office, &alice, &kiln, "third", 10).await,
    ];
    for stranger in [&bob, &office.owner_elsewhere().await] {
        stranger.patch(&one(&first), json!({ "text": "mine" })).await.is_not_found();
        stranger.delete(&one(&first)).await.is_not_found();
        stranger.post(&format!("{}/send", one(&first)), json!({})).await.is_not_found();
    }
    let changed = json!({ "text": "first, at last", "send_at": office.now_ms() + 3_600_000 });
    assert_eq!(alice.patch(&one(&first), changed).await.ok()["text"], "first, at last");
    alice.patch(&one(&first), json!({ "send_at": office.now_ms() - 1 })).await.refused("chat.invalid");
    alice.patch(&one(&first), json!({ "text": " " })).await.refused("chat.empty");
    assert_eq!(alice.post(&format!("{}/send", one(&second)), json!({})).await.ok()["text"], "second");
    alice.delete(&one(&third)).await.done();
    office.forward(minutes(30)).await;
    assert_eq!(texts(&bob, &kiln).await, ["second"]);
    office.forward(hours(1)).await;
    assert_eq!(texts(&bob, &kiln).await, ["second", "first, at last"]);
}

#[tokio::test]
async fn what_cannot_be_sent_says_why_and_waits() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let silenced = schedule(&office, &bob, &kiln, "silenced", 10).await;
    let left = schedule(&office, &carol, &kiln, "left", 10).await;
    alice.patch(&kiln, json!({ "rules": { "muted_all": true } })).await.ok();
    carol.delete(&format!("{kiln}/members/{}", carol.id)).await.done();
    office.forward(minutes(11)).await;
    assert_eq!(waiting(&bob).await, [("silenced".to_owned(), json!("chat.muted"))]);
    assert_eq!(waiting(&carol).await, [("left".to_owned(), json!("request.not_found"))]);
    let notice = bob.get("/api/notify/notices").await.ok()["notices"][0].clone();
    assert_eq!(
        (&notice["kind"], &notice["title"], &notice["data"]["reason"]),
        (&json!("chat.not_sent"), &json!("Kiln"), &json!("chat.muted"))
    );
    bob.post(&format!("{}/send", one(&silenced)), json!({})).await.refused("chat.muted");
    bob.patch(&one(&silenced), json!({ "text": "heard" })).await.refused("chat.invalid");
    bob.patch(&one(&silenced), json!({ "text": "heard", "send_at": office.now_ms() + 60_000 })).await.ok();
    alice.patch(&kiln, json!({ "rules": { "muted_all": false } })).await.ok();
    office.forward(minutes(2)).await;
    assert_eq!((texts(&alice, &kiln).await, waiting(&bob).await.len()), (vec!["heard".to_owned()], 0));
    carol.delete(&one(&left)).await.done();
    let ashes = schedule(&office, &bob, &kiln, "ashes", 10).await;
    alice.delete(&kiln).await.done();
    office.forward(minutes(11)).await;
    assert_eq!(waiting(&bob).await, [("ashes".to_owned(), json!("request.not_found"))], "{ashes}");
}

#[tokio::test]
async fn nobody_schedules_without_end() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, &[]).await;
    for number in 0..100 {
        schedule(&office, &alice, &kiln, &format!("{number}"), 10).await;
    }
    let soon = office.now_ms() + 60_000;
    let one_more = json!({ "client_id": "one more", "text": "one more", "send_at": soon });
    alice.post(&format!("{kiln}/scheduled"), one_more).await.refused("chat.too_many");
    for at in [office.now_ms() - 1, office.now_ms() + 367 * 86_400_000] {
        alice.post(&format!("{kiln}/scheduled"), json!({ "client_id": "x", "text": "x", "send_at": at })).await.refused("chat.invalid");
    }
}

#[tokio::test]
async fn it_is_sent_once_across_a_restart() {
    let mut office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    schedule(&office, &alice, &kiln, "after the restart", 10).await;
    schedule(&office, &alice, &kiln, "sent already", 20).await;
    office.reopen().await;
    let [alice, bob] = [office.leads(&alice), office.leads(&bob)];
    // As if the office had been killed between the sending and the forgetting.
    alice.post(&format!("{kiln}/messages"), json!({ "client_id": "sent already", "text": "sent already" })).await.created();
    office.forward(minutes(30)).await;
    assert_eq!(texts(&bob, &kiln).await, ["sent already", "after the restart"]);
    assert_eq!(waiting(&alice).await, []);
}
