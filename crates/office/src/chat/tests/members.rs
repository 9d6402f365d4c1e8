//! Who comes into a group, who leaves it, who runs it, and what those who come later see.

use serde_json::{Value, json};
use testkit::{Office, Person, digest};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn say(who: &Person, kiln: &str, text: &str) -> Value {
    who.post(&format!("{kiln}/messages"), json!({ "client_id": digest(&format!("{}:{text}", who.id)), "text": text })).await.created()
}

async fn add(who: &Person, kiln: &str, whom: &Person) -> testkit::Answer {
    who.post(&format!("{kiln}/members"), json!({ "member_ids": [whom.id] })).await
}

fn member(kiln: &str, person: &Person) -> String {
    format!("{kiln}/members/{}", person.id)
}

/// A line for each member: name and role.
async fn roles(who: &Person, kiln: &str) -> Vec<String> {
    let list = who.get(&format!("{kiln}/members")).await.ok();
    let name = |id: &Value| {
        let people = list["people"].as_array().expect("a list");
        people.iter().find(|person| person["id"] == *id).and_then(|person| person["name"].as_str()).unwrap_or("?").to_owned()
    };
    let line = |member: &Value| format!("{} {}", name(&member["member_id"]), member["role"].as_str().unwrap_or("?"));
    let mut lines: Vec<String> = list["members"].as_array().expect("a list").iter().map(line).collect();
    lines.sort();
    lines
}

async fn texts(who: &Person, kiln: &str) -> Vec<String> {
    let page = who.get(&format!("{kiln}/messages")).await.ok();
    let list = page["messages"].as_array().expect("a list").iter();
    list.filter(|message| message["kind"] == "text").map(|message| message["text"].as_str().unwrap_or("?").to_owned()).collect()
}

#[tokio::test]
async fn people_are_brought_in_and_see_what_the_rules_let_them() {
    let office = Office::open().await;
    let [alice, bob, carol, dave] = office.members(["alice", "bob", "carol", "dave"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let old = say(&alice, &kiln, "old").await;
    add(&bob, &kiln, &carol).await.done();
    add(&bob, &kiln, &carol).await.done();
    assert_eq!(texts(&carol, &kiln).await, ["old"]);
    assert_eq!(carol.get(&kiln).await.ok()["mine"]["unread"], 0, "what was written before is read");
    alice.patch(&kiln, json!({ "rules": { "history_for_new": false, "add_members": "admins" } })).await.ok();
    add(&bob, &kiln, &dave).await.refused("chat.not_allowed");
    let mut ears = dave.listen().await;
    add(&alice, &kiln, &dave).await.done();
    assert_eq!(texts(&dave, &kiln).await, [] as [&str; 0]);
    let body = json!({ "client_id": "1", "text": "new", "reply_to": old["id"] });
    let new = bob.post(&format!("{kiln}/messages"), body).await.created();
    assert_eq!(new["reply_to"]["text"], "old");
    assert_eq!(texts(&dave, &kiln).await, ["new"]);
    let id = old["id"].as_str().expect("an id");
    alice.patch(&format!("/api/chat/messages/{id}"), json!({ "text": "older" })).await.ok();
    dave.get(&format!("/api/chat/messages/{id}/edits")).await.is_not_found();
    say(&alice, &kiln, "last").await;
    let mut heard = Vec::new();
    while heard.last() != Some(&json!("last")) {
        let message = ears.hears("chat.message").await["message"].clone();
        assert_ne!(message["reply_to"]["text"], "old");
        heard.push(message["text"].clone());
    }
    assert_eq!(heard, ["", "new", "last"], "the first is what the office says of Dave");
    assert_eq!(dave.get("/api/chat/search?q=older").await.ok()["hits"], json!([]));
    assert_eq!(dave.get(&format!("{kiln}/changes?after=0")).await.ok()["messages"].as_array().map(Vec::len), Some(3));
    let page = dave.get(&format!("{kiln}/messages")).await.ok();
    assert_eq!(page["messages"][1]["reply_to"]["text"], "", "nor what it answers");
}

#[tokio::test]
async fn people_are_taken_out_by_those_above_them() {
    let office = Office::open().await;
    let [alice, bob, carol, dave] = office.members(["alice", "bob", "carol", "dave"]).await;
    let kiln = group(&alice, &[&bob, &carol, &dave]).await;
    alice.patch(&member(&kiln, &bob), json!({ "role": "admin" })).await.done();
    bob.patch(&member(&kiln, &carol), json!({ "role": "admin" })).await.refused("chat.not_allowed");
    carol.delete(&member(&kiln, &dave)).await.refused("chat.not_allowed");
    bob.delete(&member(&kiln, &alice)).await.refused("chat.not_allowed");
    let mut ears = carol.listen().await;
    bob.delete(&member(&kiln, &carol)).await.done();
    ears.hears("chat.gone").await;
    carol.get(&kiln).await.is_not_found();
    say(&alice, &kiln, "Carol is gone").await;
    carol.post(&format!("{kiln}/messages"), json!({ "client_id": "1", "text": "Am I?" })).await.is_not_found();
    alice.delete(&member(&kiln, &carol)).await.is_not_found();
    assert_eq!(roles(&dave, &kiln).await, ["Alice owner", "Bob admin", "Dave member"]);
    let page = dave.get(&format!("{kiln}/messages")).await.ok();
    let said: Vec<&Value> = page["messages"].as_array().expect("a list").iter().filter_map(|one| one["data"].get("event")).collect();
    assert_eq!(said, ["created", "role_changed", "member_removed"]);
}

#[tokio::test]
async fn an_owner_hands_over_and_leaves() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob, &carol]).await;
    alice.patch(&member(&kiln, &bob), json!({ "role": "owner" })).await.done();
    assert_eq!(roles(&carol, &kiln).await, ["Alice admin", "Bob owner", "Carol member"]);
    bob.delete(&member(&kiln, &bob)).await.done();
    assert_eq!(roles(&carol, &kiln).await, ["Alice owner", "Carol member"], "whoever comes next owns it");
    alice.delete(&member(&kiln, &alice)).await.done();
    assert_eq!(roles(&carol, &kiln).await, ["Carol owner"]);
    carol.delete(&member(&kiln, &carol)).await.done();
    carol.get(&kiln).await.is_not_found();
}

#[tokio::test]
async fn a_group_is_dissolved_with_everything_in_it() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let sent = say(&alice, &kiln, "ashes").await;
    bob.delete(&kiln).await.refused("chat.not_allowed");
    let mut ears = bob.listen().await;
    alice.delete(&kiln).await.done();
    ears.hears("chat.gone").await;
    for who in [&alice, &bob] {
        who.get(&kiln).await.is_not_found();
        who.get(&format!("/api/chat/messages/{}/edits", sent["id"].as_str().expect("an id"))).await.is_not_found();
        assert_eq!(who.get("/api/chat/search?q=ashes").await.ok()["hits"], json!([]));
    }
    let log = office.owner().get("/api/org/audit?action=chat.dissolved").await.ok();
    assert_eq!(log["entries"][0]["subject"], "Kiln");
}
