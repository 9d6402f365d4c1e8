//! Conversations that follow the directory: everybody's and those of departments; and those whom it shuts out.

use serde_json::{Value, json};
use testkit::{Office, Person};

const ALL: &str = "/api/chat/conversations";

async fn named(who: &Person, title: &str) -> Value {
    let list = who.get(ALL).await.ok();
    list["conversations"].as_array().expect("a list").iter().find(|one| one["title"] == title).cloned().unwrap_or_default()
}

fn path(conversation: &Value) -> String {
    format!("{ALL}/{}", conversation["id"].as_str().expect("an id"))
}

async fn department(office: &Office, name: &str, parent: Option<&Value>) -> Value {
    let parent = parent.map(|parent| parent["id"].clone());
    office.owner().post("/api/org/departments", json!({ "name": name, "parent_id": parent })).await.created()
}

async fn seat(office: &Office, person: &Person, department: Option<&Value>) {
    let departments: Vec<Value> = department.into_iter().map(|department| json!({ "id": department["id"] })).collect();
    office.owner().patch(&format!("/api/org/members/{}", person.id), json!({ "departments": departments })).await.ok();
}

async fn disable(office: &Office, person: &Person, disabled: bool) {
    let act = if disabled { "disable" } else { "enable" };
    office.owner().post(&format!("/api/org/members/{}/{act}", person.id), json!({})).await.ok();
}

#[tokio::test]
async fn everybody_has_a_conversation_that_nobody_leaves() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let all = named(&alice, "Brickworks").await;
    assert_eq!((&all["kind"], &all["member_count"], &all["mine"]["role"]), (&json!("everyone"), &json!(3), &json!("member")));
    assert_eq!(named(office.owner(), "Brickworks").await["mine"]["role"], "admin");
    let carol = office.member("carol").await;
    assert_eq!(named(&carol, "Brickworks").await["id"], all["id"]);
    assert_eq!(named(&bob, "Brickworks").await["member_count"], 4);
    alice.delete(&format!("{}/members/{}", path(&all), alice.id)).await.refused("chat.not_allowed");
    alice.post(&format!("{}/members", path(&all)), json!({ "member_ids": [bob.id] })).await.refused("chat.not_allowed");
    let loud = json!({ "client_id": "1", "text": "@all", "mentions_all": true });
    alice.post(&format!("{}/messages", path(&all)), loud.clone()).await.refused("chat.at_all");
    office.owner().post(&format!("{}/messages", path(&all)), loud).await.created();
    office.owner().patch(&path(&all), json!({ "title": "Mine" })).await.refused("chat.not_allowed");
    disable(&office, &carol, true).await;
    assert_eq!(named(&bob, "Brickworks").await["member_count"], 3);
    disable(&office, &carol, false).await;
    assert_eq!(named(&bob, "Brickworks").await["member_count"], 4);
}

#[tokio::test]
async fn a_department_has_one_that_follows_it_and_what_lies_in_it() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = department(&office, "Kiln", None).await;
    let glaze = department(&office, "Glaze", Some(&kiln)).await;
    seat(&office, &alice, Some(&kiln)).await;
    seat(&office, &bob, Some(&glaze)).await;
    let body = json!({ "kind": "department", "department_id": kiln["id"] });
    carol.post(ALL, body.clone()).await.refused("chat.not_allowed");
    let begun = bob.post(ALL, body.clone()).await.created();
    assert_eq!((&begun["title"], &begun["member_count"]), (&json!("Kiln"), &json!(2)));
    assert_eq!(alice.post(ALL, body).await.ok()["id"], begun["id"]);
    seat(&office, &carol, Some(&glaze)).await;
    seat(&office, &alice, None).await;
    alice.get(&path(&begun)).await.is_not_found();
    assert_eq!(named(&carol, "Kiln").await["member_count"], 2);
    let departments = "/api/org/departments";
    let id = |department: &Value| department["id"].as_str().expect("an id").to_owned();
    office.owner().patch(&format!("{departments}/{}", id(&kiln)), json!({ "name": "Oven" })).await.ok();
    assert_eq!(named(&bob, "Oven").await["id"], begun["id"]);
    office.owner().delete(&format!("{departments}/{}", id(&glaze))).await.done();
    office.owner().delete(&format!("{departments}/{}", id(&kiln))).await.done();
    bob.get(&path(&begun)).await.is_not_found();
    let nobody = json!({ "kind": "department", "department_id": kiln["id"] });
    bob.post(ALL, nobody).await.is_not_found();
}

#[tokio::test]
async fn a_department_that_is_gone_leaves_a_group() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = department(&office, "Kiln", None).await;
    seat(&office, &alice, Some(&kiln)).await;
    seat(&office, &bob, Some(&kiln)).await;
    let begun = alice.post(ALL, json!({ "kind": "department", "department_id": kiln["id"] })).await.created();
    office.owner().delete(&format!("/api/org/departments/{}", kiln["id"].as_str().expect("an id"))).await.done();
    let left = bob.get(&path(&begun)).await.ok();
    assert_eq!((&left["kind"], &left["title"], &left["member_count"]), (&json!("group"), &json!("Kiln"), &json!(2)));
    let members = bob.get(&format!("{}/members", path(&begun))).await.ok();
    let owners = members["members"].as_array().expect("a list").iter().filter(|member| member["role"] == "owner").count();
    assert_eq!(owners, 1);
}

#[tokio::test]
async fn whoever_is_shut_out_leaves_their_groups_to_the_next() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let body = json!({ "kind": "group", "title": "Kiln", "member_ids": [bob.id, carol.id] });
    let kiln = alice.post(ALL, body).await.created();
    let direct = alice.post(ALL, json!({ "kind": "direct", "member_id": bob.id })).await.created();
    alice.patch(&format!("{}/members/{}", path(&kiln), carol.id), json!({ "role": "admin" })).await.done();
    let alone = alice.post(ALL, json!({ "kind": "group", "title": "Alone", "member_ids": [] })).await.created();
    disable(&office, &alice, true).await;
    let left = carol.get(&path(&kiln)).await.ok();
    assert_eq!((&left["mine"]["role"], &left["member_count"]), (&json!("owner"), &json!(2)));
    assert_eq!(left["last_message"]["data"]["event"], "owner_changed");
    let log = office.owner().get("/api/org/audit?action=chat.passed_on").await.ok();
    assert_eq!((&log["entries"][0]["subject"], &log["entries"][0]["details"]["member"]), (&json!("Kiln"), &json!(carol.id)));
    let peer = bob.get(&path(&direct)).await.ok()["peer"].clone();
    assert_eq!(peer["is_disabled"], true, "what two have said to each other stays");
    disable(&office, &alice, false).await;
    let alice = office.sign_in("alice").await;
    for gone in [&kiln, &alone] {
        alice.get(&path(gone)).await.is_not_found();
    }
}

#[tokio::test]
async fn the_demonstration_has_something_to_read_and_nothing_unread() {
    let office = Office::demo().await;
    let mut visitor = office.stranger();
    let account = office.stranger().get("/api/office").await.ok()["demo_accounts"][0].clone();
    visitor.sign_in_by("/api/org/sign-in", account).await.ok();
    let list = visitor.get(ALL).await.ok();
    let kinds: Vec<&Value> = list["conversations"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["group", "direct", "everyone"]);
    assert_eq!(visitor.get("/api/chat/unread").await.ok(), json!({ "unread": 0, "mentions": 0 }));
    assert_eq!(visitor.get("/api/chat/search?q=%E5%8E%8B%E6%B5%8B").await.ok()["hits"].as_array().map(Vec::len), Some(1), "压测");
}
