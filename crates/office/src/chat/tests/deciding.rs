//! What members decide about noise, administrators about lists of readers, and the office about haste.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person, seconds};

const ALL: &str = "/api/chat/conversations";
const SETTINGS: &str = "/api/chat/settings";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn call(who: &Person, kiln: &str, client_id: &str, whom: &Person) -> Value {
    let body = json!({ "client_id": client_id, "text": "@Bob", "mentions": [whom.id] });
    who.post(&format!("{kiln}/messages"), body).await.created()
}

async fn notices(who: &Person, kind: &str) -> usize {
    let page = who.get("/api/notify/notices").await.ok();
    page["notices"].as_array().expect("a list").iter().filter(|notice| notice["kind"] == kind).count()
}

#[tokio::test]
async fn a_level_says_what_makes_a_noise() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let change = async |body: Value| {
        let mine = bob.patch(&format!("{kiln}/mine"), body).await.ok();
        (mine["level"].as_str().unwrap_or("?").to_owned(), mine["muted"] == true)
    };
    assert_eq!(change(json!({})).await, ("all".to_owned(), false));
    assert_eq!(change(json!({ "muted": true })).await, ("mentions".to_owned(), true));
    call(&alice, &kiln, "1", &bob).await;
    alice.post(&format!("{kiln}/messages"), json!({ "client_id": "2", "text": "and so on" })).await.created();
    assert_eq!(bob.get("/api/chat/unread").await.ok(), json!({ "unread": 1, "mentions": 1 }));
    assert_eq!(notices(&bob, "chat.mentioned").await, 1);
    assert_eq!(change(json!({ "level": "none" })).await, ("none".to_owned(), true));
    bob.post(&format!("{kiln}/read"), json!({ "seq": 3 })).await.ok();
    call(&alice, &kiln, "3", &bob).await;
    assert_eq!(bob.get("/api/chat/unread").await.ok(), json!({ "unread": 0, "mentions": 0 }));
    assert_eq!(bob.get(&kiln).await.ok()["mine"]["mentions"], 1, "the mark stays");
    assert_eq!(notices(&bob, "chat.mentioned").await, 1);
    assert_eq!(change(json!({ "muted": false })).await, ("all".to_owned(), false));
    bob.patch(&format!("{kiln}/mine"), json!({ "level": "some" })).await.refused("request.invalid");
}

#[tokio::test]
async fn administrators_switch_off_the_lists_of_readers() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let sent = call(&alice, &kiln, "1", &bob).await;
    assert_eq!(bob.get(SETTINGS).await.ok(), json!({ "read_lists": true, "link_previews": false }));
    let off = json!({ "read_lists": false, "link_previews": true });
    bob.ask(Method::PUT, SETTINGS, Some(&off)).await.refused("request.forbidden");
    office.admin("anna").await.ask(Method::PUT, SETTINGS, Some(&off)).await.done();
    assert_eq!(bob.get(SETTINGS).await.ok(), off);
    let (mut hers, mut his) = (alice.listen().await, bob.listen().await);
    bob.post(&format!("{kiln}/read"), json!({ "seq": sent["seq"] })).await.ok();
    assert_eq!(his.hears("chat.conversation").await["conversation_id"], sent["conversation_id"], "his own devices hear of it");
    call(&bob, &kiln, "2", &alice).await;
    loop {
        let heard = hers.next().await.expect("it is open");
        assert_ne!(heard["type"], "chat.read");
        if heard["type"] == "chat.message" {
            break;
        }
    }
    let path = format!("/api/chat/messages/{}", sent["id"].as_str().expect("an id"));
    alice.get(&format!("{path}/readers")).await.refused("chat.read_lists_off");
    alice.post(&format!("{path}/remind"), json!({})).await.refused("chat.read_lists_off");
    alice.post(&format!("{path}/urgent"), json!({ "to": "unread" })).await.refused("chat.read_lists_off");
    bob.get(&format!("{path}/readers")).await.is_not_found();
    let members = alice.get(&format!("{kiln}/members")).await.ok();
    let read = |person: &Person| {
        let list = members["members"].as_array().expect("a list").iter();
        list.filter(|member| member["member_id"] == person.id.as_str()).find_map(|member| member["read_seq"].as_i64())
    };
    assert_eq!((read(&alice), read(&bob)), (Some(2), Some(0)));
    let eve = office.owner_elsewhere().await;
    assert_eq!(eve.get(SETTINGS).await.ok()["read_lists"], true, "each organisation decides for itself");
    let log = office.owner().get("/api/org/audit?action=chat.settings_changed").await.ok();
    assert_eq!(log["entries"][0]["details"], off);
}

#[tokio::test]
async fn nobody_writes_faster_than_people_read() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let send = async |who: &Person, number: usize| {
        who.post(&format!("{kiln}/messages"), json!({ "client_id": format!("{number}"), "text": "again" })).await
    };
    for number in 0..30 {
        send(&alice, number).await.created();
    }
    let refused = send(&alice, 30).await;
    refused.refused("request.too_many");
    assert_eq!(refused.header("retry-after"), "1");
    send(&bob, 0).await.created();
    office.forward(seconds(1)).await;
    for number in 30..35 {
        send(&alice, number).await.created();
    }
    send(&alice, 35).await.refused("request.too_many");
    let types = async || alice.post(&format!("{kiln}/typing"), json!({})).await;
    types().await.done();
    types().await.done();
    types().await.refused("request.too_many");
    office.forward(Duration::from_millis(500)).await;
    types().await.done();
}
