//! Conversations: of two, of a group; their rules, and what each member decides about theirs.

use serde_json::{Value, json};
use testkit::{Office, Person, digest};

const ALL: &str = "/api/chat/conversations";

fn path(conversation: &Value) -> String {
    format!("{ALL}/{}", conversation["id"].as_str().expect("an id"))
}

async fn group(who: &Person, title: &str, others: &[&Person]) -> Value {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    who.post(ALL, json!({ "kind": "group", "title": title, "member_ids": ids })).await.created()
}

async fn say(who: &Person, conversation: &Value, text: &str) -> Value {
    let client_id = digest(&format!("{}:{text}", who.id));
    who.post(&format!("{}/messages", path(conversation)), json!({ "client_id": client_id, "text": text })).await.created()
}

/// The titles of somebody's conversations, in their order; of two people, the other one's name.
async fn titles(who: &Person) -> Vec<String> {
    let list = who.get(ALL).await.ok();
    let title = |one: &Value| one["peer"]["name"].as_str().or(one["title"].as_str()).unwrap_or("?").to_owned();
    list["conversations"].as_array().expect("a list").iter().map(title).collect()
}

#[tokio::test]
async fn two_people_have_one_conversation_whoever_begins_it() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let begun = alice.post(ALL, json!({ "kind": "direct", "member_id": bob.id })).await.created();
    assert_eq!((&begun["kind"], &begun["title"], &begun["member_count"]), (&json!("direct"), &json!(""), &json!(2)));
    assert_eq!((&begun["peer"]["name"], &begun["peer"]["id"], &begun["last_message"]), (&json!("Bob"), &json!(bob.id), &Value::Null));
    let found = bob.post(ALL, json!({ "kind": "direct", "member_id": alice.id })).await.ok();
    assert_eq!((&found["id"], &found["peer"]["name"]), (&begun["id"], &json!("Alice")));
    alice.post(ALL, json!({ "kind": "direct", "member_id": alice.id })).await.refused("chat.invalid");
    alice.post(ALL, json!({ "kind": "direct" })).await.refused("chat.invalid");
    bob.patch(&path(&begun), json!({ "title": "Us" })).await.refused("chat.not_allowed");
    bob.delete(&path(&begun)).await.refused("chat.not_allowed");
}

#[tokio::test]
async fn a_group_is_begun_by_its_owner_and_known_to_its_members() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let mut ears = bob.listen().await;
    let kiln = group(&alice, " Kiln ", &[&bob, &alice]).await;
    assert_eq!((&kiln["title"], &kiln["member_count"], &kiln["mine"]["role"]), (&json!("Kiln"), &json!(2), &json!("owner")));
    let said = &kiln["last_message"];
    assert_eq!((&said["kind"], &said["seq"], &said["sender_id"]), (&json!("system"), &json!(1), &Value::Null));
    let created = json!({ "event": "created", "actor_id": alice.id, "member_ids": [bob.id], "text": "Kiln" });
    assert_eq!(said["data"], created);
    assert_eq!(ears.hears("chat.conversation").await["conversation_id"], kiln["id"]);
    assert_eq!(ears.hears("chat.message").await["message"]["data"], created);
    assert_eq!(bob.get(&path(&kiln)).await.ok()["mine"]["unread"], 0, "what the office says is no news");
    carol.get(&path(&kiln)).await.is_not_found();
    let nameless = group(&alice, "", &[&bob]).await;
    assert_eq!(nameless["title"], "Alice、Bob");
    let members = bob.get(&format!("{}/members", path(&kiln))).await.ok();
    let roles: Vec<&Value> = members["members"].as_array().expect("a list").iter().map(|member| &member["role"]).collect();
    assert_eq!(roles, ["owner", "member"]);
    assert_eq!(members["people"][0]["name"], "Alice");
    let notice = bob.get("/api/notify/notices").await.ok()["notices"][1].clone();
    assert_eq!((&notice["kind"], &notice["title"]), (&json!("chat.added"), &json!("Kiln")));
}

#[tokio::test]
async fn only_colleagues_can_be_talked_to() {
    let office = Office::open().await;
    let (alice, eve) = (office.member("alice").await, office.owner_elsewhere().await);
    for body in [json!({ "kind": "direct", "member_id": eve.id }), json!({ "kind": "group", "title": "Kiln", "member_ids": [eve.id] })] {
        alice.post(ALL, body).await.refused("chat.unknown_member");
    }
    let many: Vec<String> = (0..2_001).map(|number| format!("00000000-0000-7000-8000-{number:012}")).collect();
    alice.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": many })).await.refused("chat.too_many_members");
    alice.post(ALL, json!({ "kind": "group", "title": "x".repeat(81), "member_ids": [] })).await.refused("chat.invalid");
    let kiln = group(&alice, "Kiln", &[]).await;
    let message = say(&alice, &kiln, "secret").await;
    for door in ["", "/members", "/messages", "/changes?after=0", "/pins"] {
        eve.get(&format!("{}{door}", path(&kiln))).await.is_not_found();
    }
    let id = message["id"].as_str().expect("an id");
    eve.get(&format!("/api/chat/messages/{id}/edits")).await.is_not_found();
    eve.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.is_not_found();
    let own = group(&eve, "Attic", &[]).await;
    let forward = json!({ "message_ids": [id], "to": [own["id"]], "client_id": "1" });
    eve.post("/api/chat/forward", forward).await.is_not_found();
    let answer = json!({ "client_id": "2", "text": "?", "reply_to": id });
    eve.post(&format!("{}/messages", path(&own)), answer).await.is_not_found();
    assert_eq!(eve.get("/api/chat/search?q=secret").await.ok()["hits"], json!([]));
}

#[tokio::test]
async fn the_rules_say_who_may_change_what() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let renamed = bob.patch(&path(&kiln), json!({ "title": "Oven", "announcement": "Hot!" })).await.ok();
    assert_eq!((&renamed["title"], &renamed["announcement"]), (&json!("Oven"), &json!("Hot!")));
    bob.patch(&path(&kiln), json!({ "rules": { "edit": "admins" } })).await.refused("chat.not_allowed");
    let ruled = alice.patch(&path(&kiln), json!({ "rules": { "edit": "admins", "muted_all": true } })).await.ok();
    assert_eq!((&ruled["rules"]["edit"], &ruled["rules"]["pin"]), (&json!("admins"), &json!("everyone")));
    bob.patch(&path(&kiln), json!({ "title": "Kiln" })).await.refused("chat.not_allowed");
    bob.patch(&path(&kiln), json!({ "colour": "red" })).await.refused("request.invalid");
    let quiet = json!({ "client_id": "1", "text": "Am I heard?" });
    bob.post(&format!("{}/messages", path(&kiln)), quiet.clone()).await.refused("chat.muted");
    say(&alice, &kiln, "I am").await;
    alice.patch(&path(&kiln), json!({ "rules": { "muted_all": false } })).await.ok();
    bob.post(&format!("{}/messages", path(&kiln)), quiet).await.created();
    let history = bob.get(&format!("{}/messages", path(&kiln))).await.ok();
    let events: Vec<&Value> = history["messages"].as_array().expect("a list").iter().filter_map(|one| one["data"].get("event")).collect();
    assert_eq!(events, ["created", "renamed", "announced", "muted_all", "unmuted_all"]);
    let log = office.owner().get("/api/org/audit").await.ok();
    let actions: Vec<&Value> = log["entries"].as_array().expect("a list").iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions.iter().filter(|action| **action == "chat.rules_changed").count(), 2);
}

#[tokio::test]
async fn what_is_mine_is_on_all_my_devices_and_nobody_elses() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, oven) = (group(&alice, "Kiln", &[&bob]).await, group(&alice, "Oven", &[&bob]).await);
    office.forward(testkit::seconds(1)).await;
    say(&alice, &kiln, "hello").await;
    assert_eq!(titles(&bob).await, ["Kiln", "Oven", "Brickworks"]);
    let mut ears = bob.listen().await;
    let change = json!({ "pinned": true, "pin_position": 2, "muted": true, "draft": "I think", "marked_unread": true });
    let mine = bob.patch(&format!("{}/mine", path(&oven)), change).await.ok();
    let seen = ["pinned", "pin_position", "muted", "draft", "marked_unread", "unread"].map(|field| &mine[field]);
    assert_eq!(seen, [&json!(true), &json!(2), &json!(true), &json!("I think"), &json!(true), &json!(0)]);
    assert_eq!(ears.hears("chat.conversation").await["conversation_id"], oven["id"]);
    assert_eq!(titles(&bob).await, ["Oven", "Kiln", "Brickworks"]);
    assert_eq!(alice.get(&path(&oven)).await.ok()["mine"]["draft"], "");
    bob.patch(&format!("{}/mine", path(&oven)), json!({ "nickname": "Bobby" })).await.ok();
    let members = alice.get(&format!("{}/members", path(&oven))).await.ok();
    let bobs = members["members"].as_array().expect("a list").iter().find(|member| member["member_id"] == bob.id.as_str()).cloned();
    assert_eq!(bobs.map(|member| member["nickname"].clone()), Some(json!("Bobby")));
    bob.patch(&format!("{}/mine", path(&oven)), json!({ "draft": "x".repeat(8_001) })).await.refused("chat.invalid");
    let read = bob.post(&format!("{}/read", path(&oven)), json!({ "seq": 99 })).await.ok();
    assert_eq!(read, json!({ "read_seq": 1, "unread": 0, "mentions": 0 }), "nobody reads what is not written");
    assert_eq!(bob.get(&path(&oven)).await.ok()["mine"]["marked_unread"], false);
}
