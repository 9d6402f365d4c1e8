//! Who has read what: counts that are right on every device, lists of readers, reminders.

use serde_json::{Value, json};
use testkit::{Office, Person, digest, minutes, seconds};

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

/// Unread messages and mentions, as the conversation, the badge and the list say.
async fn waiting(who: &Person, kiln: &str) -> (i64, i64) {
    let number = |value: &Value| value.as_i64().unwrap_or(-1);
    let mine = who.get(kiln).await.ok()["mine"].clone();
    let badge = who.get("/api/chat/unread").await.ok();
    let list = who.get(ALL).await.ok();
    let listed = list["conversations"].as_array().expect("a list").iter().map(|one| number(&one["mine"]["unread"])).sum::<i64>();
    assert_eq!((number(&badge["unread"]), number(&badge["mentions"])), (number(&mine["unread"]), number(&mine["mentions"])));
    assert_eq!(listed, number(&mine["unread"]));
    (number(&mine["unread"]), number(&mine["mentions"]))
}

async fn read(who: &Person, kiln: &str, seq: i64) -> Value {
    who.post(&format!("{kiln}/read"), json!({ "seq": seq })).await.ok()
}

fn act(message: &Value, act: &str) -> String {
    format!("/api/chat/messages/{}/{act}", message["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn unread_and_mentions_are_counted_and_recalling_takes_them_back() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    send(&alice, &kiln, json!({ "text": "one" })).await;
    let two = send(&alice, &kiln, json!({ "text": "@Bob two", "mentions": [bob.id, alice.id, bob.id] })).await;
    assert_eq!(two["mentions"], json!([bob.id, alice.id]));
    let three = send(&alice, &kiln, json!({ "text": "@all three", "mentions_all": true, "mentions": [bob.id] })).await;
    assert_eq!((waiting(&alice, &kiln).await, waiting(&bob, &kiln).await), ((0, 0), (3, 2)));
    assert_eq!(waiting(&carol, &kiln).await, (3, 1));
    assert_eq!(read(&bob, &kiln, 2).await, json!({ "read_seq": 2, "unread": 2, "mentions": 2 }));
    assert_eq!(read(&bob, &kiln, 1).await["read_seq"], 2, "a cursor never goes back");
    alice.post(&act(&two, "recall"), json!({})).await.ok();
    assert_eq!(waiting(&bob, &kiln).await, (1, 1));
    bob.delete(act(&three, "").trim_end_matches('/')).await.done();
    assert_eq!(waiting(&bob, &kiln).await, (0, 0));
    bob.post(&act(&three, "restore"), json!({})).await.done();
    assert_eq!(waiting(&bob, &kiln).await, (1, 1));
    send(&bob, &kiln, json!({ "text": "I see" })).await;
    assert_eq!(waiting(&bob, &kiln).await, (0, 0), "whoever answers has read");
    assert_eq!(waiting(&carol, &kiln).await, (3, 1));
}

#[tokio::test]
async fn muted_conversations_count_mentions_only() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    bob.patch(&format!("{kiln}/mine"), json!({ "muted": true })).await.ok();
    send(&alice, &kiln, json!({ "text": "one" })).await;
    send(&alice, &kiln, json!({ "text": "two", "mentions": [bob.id] })).await;
    assert_eq!(bob.get("/api/chat/unread").await.ok(), json!({ "unread": 1, "mentions": 1 }));
    assert_eq!(bob.get(&kiln).await.ok()["mine"]["unread"], 2);
    bob.patch(&format!("{kiln}/mine"), json!({ "muted": false })).await.ok();
    read(&bob, &kiln, 3).await;
    bob.patch(&format!("{kiln}/mine"), json!({ "marked_unread": true })).await.ok();
    assert_eq!(bob.get("/api/chat/unread").await.ok(), json!({ "unread": 1, "mentions": 0 }));
}

#[tokio::test]
async fn not_everybody_may_call_everybody() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    alice.patch(&kiln, json!({ "rules": { "at_all": "admins" } })).await.ok();
    let body = json!({ "client_id": "1", "text": "@all", "mentions_all": true });
    bob.post(&format!("{kiln}/messages"), body.clone()).await.refused("chat.at_all");
    alice.post(&format!("{kiln}/messages"), body).await.created();
}

#[tokio::test]
async fn the_sender_sees_who_has_read() {
    let office = Office::open().await;
    let [alice, bob, carol, dave] = office.members(["alice", "bob", "carol", "dave"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let sent = send(&alice, &kiln, json!({ "text": "Who comes?" })).await;
    alice.post(&format!("{kiln}/members"), json!({ "member_ids": [dave.id] })).await.done();
    read(&bob, &kiln, 2).await;
    let readers = alice.get(&act(&sent, "readers")).await.ok();
    assert_eq!(readers, json!({ "read": [bob.id], "unread": [carol.id] }), "Dave came too late to count");
    bob.get(&act(&sent, "readers")).await.is_not_found();
    carol.post(&act(&sent, "remind"), json!({})).await.is_not_found();
    let own = send(&carol, &kiln, json!({ "text": "I do" })).await;
    let readers = alice.get(&act(&sent, "readers")).await.ok();
    assert_eq!(readers["unread"], json!([]));
    assert_eq!(carol.get(&act(&own, "readers")).await.ok()["unread"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn those_who_have_not_read_are_reminded_and_not_too_often() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    let sent = send(&alice, &kiln, json!({ "text": "The kiln is hot" })).await;
    read(&bob, &kiln, 2).await;
    assert_eq!(alice.post(&act(&sent, "remind"), json!({})).await.ok()["reminded"], 1);
    let refused = alice.post(&act(&sent, "remind"), json!({})).await;
    refused.refused("chat.too_soon");
    assert_eq!(refused.header("retry-after"), "300");
    let told = carol.get("/api/notify/notices").await.ok()["notices"][0].clone();
    let seen = (&told["kind"], &told["title"], &told["data"]["text"], &told["actor"]["name"]);
    assert_eq!(seen, (&json!("chat.reminded"), &json!("Kiln"), &json!("The kiln is hot"), &json!("Alice")));
    read(&carol, &kiln, 2).await;
    assert_eq!(carol.get("/api/notify/notices").await.ok()["unread"], 0, "whoever reads the conversation has read its notices");
    office.forward(minutes(5)).await;
    assert_eq!(alice.post(&act(&sent, "remind"), json!({})).await.ok()["reminded"], 0);
}

#[tokio::test]
async fn whoever_is_called_by_name_gets_a_notice() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let body = json!({ "text": "@Bob look", "mentions": [bob.id, carol.id, alice.id] });
    let sent = send(&alice, &kiln, body).await;
    assert_eq!(sent["mentions"], json!([bob.id, alice.id]), "Carol is not here");
    let notices = bob.get("/api/notify/notices").await.ok()["notices"].clone();
    assert_eq!((&notices[0]["kind"], &notices[0]["data"]["seq"]), (&json!("chat.mentioned"), &json!(2)));
    for nobody in [&alice, &carol] {
        assert_eq!(nobody.get("/api/notify/notices").await.ok()["notices"], json!([]));
    }
    let edited = json!({ "text": "@Bob look!" });
    alice.patch(&format!("/api/chat/messages/{}", sent["id"].as_str().expect("an id")), edited).await.ok();
    assert_eq!(bob.get("/api/notify/notices").await.ok()["notices"][0]["times"], 1, "nobody is called twice");
}

#[tokio::test]
async fn reading_is_told_together() {
    let office = Office::open().await;
    let [alice, bob, carol, dave] = office.members(["alice", "bob", "carol", "dave"]).await;
    let kiln = group(&alice, &[&bob, &carol, &dave]).await;
    send(&alice, &kiln, json!({ "text": "one" })).await;
    let mut ears = alice.listen().await;
    read(&bob, &kiln, 2).await;
    assert_eq!(ears.hears("chat.read").await["cursors"], json!([[bob.id, 2]]));
    read(&carol, &kiln, 1).await;
    read(&carol, &kiln, 2).await;
    read(&dave, &kiln, 2).await;
    office.forward(seconds(1)).await;
    let told = ears.hears("chat.read").await;
    let mut expected = [json!([carol.id, 2]), json!([dave.id, 2])];
    expected.sort_by_key(Value::to_string);
    assert_eq!(told["cursors"], json!(expected));
}

#[tokio::test]
async fn who_writes_is_heard_by_the_others_and_kept_nowhere() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let (mut hers, mut his) = (alice.listen().await, bob.listen().await);
    alice.post(&format!("{kiln}/typing"), json!({})).await.done();
    assert_eq!(his.hears("chat.typing").await["member_id"], alice.id);
    send(&alice, &kiln, json!({ "text": "done" })).await;
    let heard = loop {
        let event = hers.next().await.expect("an event");
        if event["type"].as_str().is_some_and(|kind| kind.starts_with("chat.")) {
            break event;
        }
    };
    assert_eq!(heard["type"], "chat.message");
}
