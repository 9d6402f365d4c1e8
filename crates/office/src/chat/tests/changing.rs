//! What befalls messages: editing, recalling, reactions, pins, polls, what one keeps or deletes for oneself.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, Office, Person, digest, hours, seconds};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn send(who: &Person, kiln: &str, body: Value) -> Value {
    let mut body = body;
    body["client_id"] = json!(digest(&format!("{}:{body}", who.id)));
    who.post(&format!("{kiln}/messages"), body).await.created()
}

fn path(message: &Value) -> String {
    format!("/api/chat/messages/{}", message["id"].as_str().expect("an id"))
}

async fn put(who: &Person, path: &str) -> Answer {
    who.ask(Method::PUT, path, None).await
}

/// A message as it stands in the history.
async fn stands(who: &Person, kiln: &str, message: &Value) -> Value {
    let page = who.get(&format!("{kiln}/messages")).await.ok();
    page["messages"].as_array().expect("a list").iter().find(|one| one["id"] == message["id"]).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_text_is_edited_for_a_day_and_what_it_said_stays_visible() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let sent = send(&alice, &kiln, json!({ "text": "1200 degrees" })).await;
    let mut ears = bob.listen().await;
    office.forward(seconds(60)).await;
    let edited = alice.patch(&path(&sent), json!({ "text": "1250 degrees @Bob", "mentions": [bob.id] })).await.ok();
    assert_eq!((&edited["text"], &edited["seq"], &edited["change"]), (&json!("1250 degrees @Bob"), &json!(2), &json!(3)));
    assert_eq!(edited["edited_at"].as_i64(), Some(office.now_ms()));
    assert_eq!(ears.hears("chat.message").await["message"], edited);
    assert_eq!(bob.get(&kiln).await.ok()["mine"]["mentions"], 1);
    let edits = bob.get(&format!("{}/edits", path(&sent))).await.ok();
    assert_eq!(edits["edits"], json!([{ "text": "1200 degrees", "at": sent["sent_at"] }]));
    bob.patch(&path(&sent), json!({ "text": "cold" })).await.refused("chat.not_allowed");
    alice.patch(&path(&sent), json!({ "text": "" })).await.refused("chat.empty");
    office.forward(hours(24)).await;
    alice.patch(&path(&sent), json!({ "text": "too late" })).await.refused("chat.too_late");
}

#[tokio::test]
async fn recalling_leaves_a_trace_and_nothing_else() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let sent = send(&bob, &kiln, json!({ "text": "Password: hunter2", "mentions": [carol.id] })).await;
    put(&carol, &format!("{}/reactions/👍", path(&sent))).await.done();
    put(&carol, &format!("{}/pin", path(&sent))).await.done();
    bob.patch(&path(&sent), json!({ "text": "Password: hunter3" })).await.ok();
    carol.post(&format!("{}/recall", path(&sent)), json!({})).await.refused("chat.not_allowed");
    let recalled = bob.post(&format!("{}/recall", path(&sent)), json!({})).await.ok();
    let seen = ["text", "data", "mentions", "reactions", "pinned_at", "recalled_by", "seq"].map(|field| &recalled[field]);
    assert_eq!(seen, [&json!(""), &Value::Null, &json!([]), &json!([]), &Value::Null, &json!(bob.id), &json!(2)]);
    assert_eq!(stands(&carol, &kiln, &sent).await, recalled);
    assert_eq!(carol.get(&format!("{}/edits", path(&sent))).await.ok()["edits"], json!([]));
    assert_eq!(carol.get("/api/chat/search?q=hunter").await.ok()["hits"], json!([]));
    assert_eq!(carol.get(&format!("{kiln}/pins")).await.ok()["messages"], json!([]));
    assert_eq!(bob.post(&format!("{}/recall", path(&sent)), json!({})).await.ok(), recalled, "once more changes nothing");
    bob.patch(&path(&sent), json!({ "text": "back" })).await.refused("chat.recalled");
    put(&bob, &format!("{}/reactions/👍", path(&sent))).await.refused("chat.recalled");
    let late = send(&bob, &kiln, json!({ "text": "late" })).await;
    office.forward(hours(25)).await;
    bob.post(&format!("{}/recall", path(&late)), json!({})).await.refused("chat.too_late");
    assert_eq!(alice.post(&format!("{}/recall", path(&late)), json!({})).await.ok()["recalled_by"], alice.id);
}

#[tokio::test]
async fn reactions_are_grouped_and_taken_back() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let sent = send(&alice, &kiln, json!({ "text": "Done" })).await;
    let at = |emoji: &str| format!("{}/reactions/{emoji}", path(&sent));
    put(&bob, &at("🎉")).await.done();
    put(&bob, &at("🎉")).await.done();
    office.forward(seconds(1)).await;
    put(&alice, &at("👍")).await.done();
    office.forward(seconds(1)).await;
    put(&alice, &at("🎉")).await.done();
    let expected = json!([{ "emoji": "🎉", "member_ids": [bob.id, alice.id] }, { "emoji": "👍", "member_ids": [alice.id] }]);
    let seen = stands(&bob, &kiln, &sent).await;
    assert_eq!((&seen["reactions"], &seen["change"]), (&expected, &json!(5)), "what changes nothing is no change");
    alice.delete(&at("👍")).await.done();
    alice.delete(&at("👍")).await.done();
    assert_eq!(stands(&bob, &kiln, &sent).await["reactions"], json!([expected[0]]));
    put(&bob, &at("a%20word")).await.refused("chat.invalid");
    put(&bob, &at(&"x".repeat(49))).await.refused("chat.invalid");
    for number in 0..19 {
        put(&bob, &at(&format!("e{number}"))).await.done();
    }
    put(&bob, &at("one-more")).await.refused("chat.too_many");
}

#[tokio::test]
async fn pins_are_for_everybody_and_said_in_the_conversation() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let sent = send(&alice, &kiln, json!({ "text": "The key is under the mat" })).await;
    put(&bob, &format!("{}/pin", path(&sent))).await.done();
    put(&bob, &format!("{}/pin", path(&sent))).await.done();
    let pins = alice.get(&format!("{kiln}/pins")).await.ok();
    assert_eq!((&pins["messages"][0]["id"], &pins["messages"][0]["pinned_by"]), (&sent["id"], &json!(bob.id)));
    let last = alice.get(&kiln).await.ok()["last_message"].clone();
    assert_eq!((&last["data"]["event"], &last["seq"]), (&json!("pinned"), &json!(3)));
    alice.patch(&kiln, json!({ "rules": { "pin": "admins" } })).await.ok();
    bob.delete(&format!("{}/pin", path(&sent))).await.refused("chat.not_allowed");
    alice.delete(&format!("{}/pin", path(&sent))).await.done();
    assert_eq!(bob.get(&format!("{kiln}/pins")).await.ok()["messages"], json!([]));
}

#[tokio::test]
async fn what_i_keep_and_what_i_delete_is_mine() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let (one, two) = (send(&alice, &kiln, json!({ "text": "one" })).await, send(&alice, &kiln, json!({ "text": "two" })).await);
    put(&bob, &format!("{}/later", path(&one))).await.done();
    office.forward(seconds(1)).await;
    put(&bob, &format!("{}/later", path(&two))).await.done();
    let kept = async |who: &Person| {
        let later = who.get("/api/chat/later").await.ok();
        later["messages"].as_array().expect("a list").iter().map(|message| message["text"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((kept(&bob).await, kept(&alice).await), (vec![json!("two"), json!("one")], vec![]));
    bob.delete(&format!("{}/later", path(&one))).await.done();
    assert_eq!(kept(&bob).await, ["two"]);
    bob.delete(&path(&two)).await.done();
    assert_eq!(stands(&bob, &kiln, &two).await, Value::Null);
    assert_eq!(bob.get(&kiln).await.ok()["last_message"]["text"], "one");
    assert_eq!(kept(&bob).await, [] as [&str; 0]);
    put(&bob, &format!("{}/pin", path(&two))).await.is_not_found();
    let mut ears = bob.listen().await;
    put(&alice, &format!("{}/reactions/👍", path(&two))).await.done();
    send(&alice, &kiln, json!({ "text": "three" })).await;
    assert_eq!(ears.hears("chat.message").await["message"]["text"], "three", "nothing is heard of what is deleted");
    assert_eq!(alice.get(&kiln).await.ok()["last_message"]["text"], "three");
    bob.post(&format!("{}/restore", path(&two)), json!({})).await.done();
    assert_eq!(stands(&bob, &kiln, &two).await["text"], "two");
    bob.post(&format!("{}/restore", path(&two)), json!({})).await.is_not_found();
}

#[tokio::test]
async fn a_poll_is_voted_on_until_it_is_closed() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let poll = json!({ "question": "Lunch?", "options": ["Noodles", " Dumplings "], "multiple": false, "anonymous": false });
    let asked = send(&alice, &kiln, json!({ "poll": poll })).await;
    assert_eq!(
        (&asked["kind"], &asked["data"]["options"][1], &asked["data"]["counts"]),
        (&json!("poll"), &json!("Dumplings"), &json!([0, 0]))
    );
    let vote = async |who: &Person, options: Value| who.post(&format!("{}/votes", path(&asked)), json!({ "options": options })).await;
    vote(&bob, json!([0])).await.ok();
    vote(&carol, json!([0])).await.ok();
    let voted = vote(&bob, json!([1])).await.ok();
    assert_eq!((&voted["data"]["counts"], &voted["data"]["voters"]), (&json!([1, 1]), &json!([[carol.id], [bob.id]])));
    vote(&bob, json!([0, 1])).await.refused("chat.invalid");
    vote(&bob, json!([2])).await.refused("chat.invalid");
    assert_eq!(vote(&bob, json!([])).await.ok()["data"]["counts"], json!([1, 0]));
    bob.post(&format!("{}/close", path(&asked)), json!({})).await.refused("chat.not_allowed");
    let closed = alice.post(&format!("{}/close", path(&asked)), json!({})).await.ok();
    assert_eq!(closed["data"]["closed_at"].as_i64(), Some(office.now_ms()));
    vote(&bob, json!([0])).await.refused("chat.poll_closed");
    let secret = json!({ "question": "Lunch?", "options": ["a", "b"], "multiple": true, "anonymous": true });
    let asked = send(&alice, &kiln, json!({ "poll": secret })).await;
    let voted = bob.post(&format!("{}/votes", path(&asked)), json!({ "options": [0, 1] })).await.ok();
    assert_eq!((&voted["data"]["counts"], &voted["data"]["voters"]), (&json!([1, 1]), &json!([[], []])));
    let body = json!({ "client_id": "x", "poll": { "question": "?", "options": ["only one"] } });
    alice.post(&format!("{kiln}/messages"), body).await.refused("chat.invalid");
    let text = send(&alice, &kiln, json!({ "text": "no poll" })).await;
    bob.post(&format!("{}/votes", path(&text)), json!({ "options": [0] })).await.refused("chat.not_allowed");
}
