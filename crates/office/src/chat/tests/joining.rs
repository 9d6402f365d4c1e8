//! The way into a group by its link, and those who ask to be let in.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person, days};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

/// Draws a link; gives its way in.
async fn link(who: &Person, kiln: &str, body: Value) -> String {
    let link = who.post(&format!("{kiln}/link"), body).await.created();
    let token = link["token"].as_str().expect("a token");
    assert_eq!(link["url"], format!("https://office.example/chat/join/{token}"));
    format!("/api/chat/join/{token}")
}

async fn events(who: &Person, kiln: &str) -> Vec<String> {
    let page = who.get(&format!("{kiln}/messages")).await.ok();
    let list = page["messages"].as_array().expect("a list").iter();
    list.filter_map(|one| one["data"]["event"].as_str().map(str::to_owned)).collect()
}

async fn notices(who: &Person, kind: &str) -> Vec<Value> {
    let page = who.get("/api/notify/notices").await.ok();
    page["notices"].as_array().expect("a list").iter().filter(|notice| notice["kind"] == kind).cloned().collect()
}

async fn audited(office: &Office) -> Vec<String> {
    let log = office.owner().get("/api/org/audit").await.ok();
    let actions = log["entries"].as_array().expect("a list").iter().filter_map(|entry| entry["action"].as_str());
    actions.filter(|action| action.starts_with("chat.")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_link_leads_in_until_it_is_replaced_or_runs_out() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[]).await;
    assert_eq!(alice.get(&format!("{kiln}/link")).await.ok(), Value::Null);
    let first = link(&alice, &kiln, json!({ "expires_in_days": 1 })).await;
    let second = link(&alice, &kiln, json!({ "expires_in_days": 7 })).await;
    bob.get(&first).await.is_not_found();
    let shown = alice.get(&format!("{kiln}/link")).await.ok();
    assert_eq!(format!("/api/chat/join/{}", shown["token"].as_str().expect("a token")), second);
    let seen = bob.get(&second).await.ok();
    let picture =
        json!({ "title": "Kiln", "member_count": 1, "announcement": "", "approval": false, "state": "open", "conversation_id": null });
    assert_eq!(seen, picture);
    let mut ears = bob.listen().await;
    let joined = bob.post(&second, json!({})).await.ok();
    assert_eq!(joined["state"], "member");
    assert_eq!(ears.hears("chat.conversation").await["conversation_id"], joined["conversation_id"]);
    bob.post(&second, json!({})).await.ok();
    assert_eq!(bob.get(&second).await.ok()["state"], "member");
    assert_eq!(events(&bob, &kiln).await, ["created", "joined_by_link"]);
    office.forward(days(8)).await;
    carol.get(&second).await.is_not_found();
    carol.post(&second, json!({})).await.is_not_found();
    let third = link(&alice, &kiln, json!({})).await;
    alice.ask(Method::DELETE, &format!("{kiln}/link"), None).await.done();
    carol.post(&third, json!({})).await.is_not_found();
    alice.post(&format!("{kiln}/link"), json!({ "expires_in_days": 2 })).await.refused("chat.invalid");
    let log = audited(&office).await;
    assert_eq!(log, ["chat.link_revoked", "chat.link_made", "chat.link_made", "chat.link_made"]);
}

#[tokio::test]
async fn owner_and_administrators_decide_who_is_let_in() {
    let office = Office::open().await;
    let [alice, bob, carol, dave] = office.members(["alice", "bob", "carol", "dave"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let way = link(&bob, &kiln, json!({ "approval": true })).await;
    let mut ears = alice.listen().await;
    assert_eq!(carol.post(&way, json!({ "note": "I bake" })).await.ok()["state"], "asked");
    carol.post(&way, json!({ "note": "I bake bricks" })).await.ok();
    dave.post(&way, json!({})).await.ok();
    assert_eq!(carol.get(&way).await.ok()["state"], "asked");
    carol.get(&kiln).await.is_not_found();
    ears.hears("chat.conversation").await;
    assert_eq!(alice.get(&kiln).await.ok()["waiting_requests"], 2);
    assert_eq!(bob.get(&kiln).await.ok()["waiting_requests"], 0);
    bob.get(&format!("{kiln}/requests")).await.refused("chat.not_allowed");
    let waiting = alice.get(&format!("{kiln}/requests")).await.ok()["requests"].clone();
    let notes: Vec<(&Value, &Value)> =
        waiting.as_array().expect("a list").iter().map(|one| (&one["person"]["name"], &one["note"])).collect();
    assert_eq!(notes, [(&json!("Carol"), &json!("I bake bricks")), (&json!("Dave"), &json!(""))]);
    let told = notices(&alice, "chat.asked_to_join").await;
    assert_eq!((told.len(), &told[1]["actor"]["name"], &told[1]["times"]), (2, &json!("Carol"), &json!(1)));
    let request = |place: usize| format!("/api/chat/requests/{}", waiting[place]["id"].as_str().expect("an id"));
    bob.post(&request(0), json!({ "admit": true })).await.refused("chat.not_allowed");
    carol.post(&request(0), json!({ "admit": true })).await.is_not_found();
    alice.post(&request(0), json!({ "admit": true })).await.done();
    alice.post(&request(1), json!({ "admit": false })).await.done();
    alice.post(&request(1), json!({ "admit": true })).await.is_not_found();
    assert_eq!(carol.get(&kiln).await.ok()["member_count"], 3);
    dave.get(&kiln).await.is_not_found();
    assert_eq!((notices(&carol, "chat.admitted").await.len(), notices(&dave, "chat.refused").await.len()), (1, 1));
    assert_eq!(notices(&dave, "chat.refused").await[0]["link"], "/chat");
    assert_eq!(events(&carol, &kiln).await, ["created", "members_added"]);
    assert_eq!(alice.get(&kiln).await.ok()["waiting_requests"], 0);
    assert_eq!(audited(&office).await, ["chat.request_refused", "chat.request_admitted", "chat.link_made"]);
    dave.post(&way, json!({})).await.ok();
    alice.post(&format!("{kiln}/members"), json!({ "member_ids": [dave.id] })).await.done();
    assert_eq!(alice.get(&kiln).await.ok()["waiting_requests"], 0, "whoever is brought in need not ask");
}

#[tokio::test]
async fn a_link_is_as_good_as_the_right_of_whoever_made_it() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let way = link(&bob, &kiln, json!({})).await;
    alice.patch(&kiln, json!({ "rules": { "add_members": "admins" } })).await.ok();
    bob.get(&format!("{kiln}/link")).await.refused("chat.not_allowed");
    bob.post(&format!("{kiln}/link"), json!({})).await.refused("chat.not_allowed");
    bob.ask(Method::DELETE, &format!("{kiln}/link"), None).await.refused("chat.not_allowed");
    assert_eq!(alice.get(&format!("{kiln}/link")).await.ok(), Value::Null);
    carol.post(&way, json!({})).await.is_not_found();
    let way = link(&alice, &kiln, json!({})).await;
    carol.post(&way, json!({})).await.ok();
    let eve = office.owner_elsewhere().await;
    eve.get(&way).await.is_not_found();
    eve.post(&way, json!({})).await.is_not_found();
    for door in ["link", "requests"] {
        eve.get(&format!("{kiln}/{door}")).await.is_not_found();
    }
}

#[tokio::test]
async fn only_groups_have_a_link() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let direct = alice.post(ALL, json!({ "kind": "direct", "member_id": bob.id })).await.created();
    let list = office.owner().get(ALL).await.ok();
    let everyone = list["conversations"][0].clone();
    for (who, conversation) in [(&alice, direct), (office.owner(), everyone)] {
        let path = format!("{ALL}/{}/link", conversation["id"].as_str().expect("an id"));
        who.post(&path, json!({})).await.refused("chat.not_allowed");
        who.get(&path).await.refused("chat.not_allowed");
    }
}
