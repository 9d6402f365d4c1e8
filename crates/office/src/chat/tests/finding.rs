//! Places in conversations, and conversations and people, found by other ways than words of messages.

use serde_json::{Value, json};
use testkit::{Office, Person, days, digest};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, title: &str, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": title, "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn say(who: &Person, kiln: &str, text: &str, thread: Option<&Value>) -> Value {
    let body = json!({ "client_id": digest(&format!("{}:{text}", who.id)), "text": text, "thread_root": thread.map(|root| root["seq"].clone()) });
    who.post(&format!("{kiln}/messages"), body).await.created()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|one| one["text"].as_str().unwrap_or("?").to_owned()).collect()
}

/// Every byte as it may stand in a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_thread_is_read_page_by_page() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let root = say(&alice, &kiln, "root", None).await;
    for number in 0..5 {
        say(&bob, &kiln, &format!("answer {number}"), Some(&root)).await;
        say(&bob, &kiln, &format!("beside {number}"), None).await;
    }
    let thread = format!("{kiln}/threads/{}", root["seq"]);
    let last = alice.get(&format!("{thread}?limit=2")).await.ok();
    assert_eq!((texts(&last["messages"]), &last["has_before"]), (vec!["answer 3".to_owned(), "answer 4".to_owned()], &json!(true)));
    assert_eq!((&last["root"]["text"], &last["root"]["thread_replies"]), (&json!("root"), &json!(5)));
    let before = last["messages"][0]["seq"].clone();
    let first = alice.get(&format!("{thread}?before={before}")).await.ok();
    assert_eq!((texts(&first["messages"]).len(), &first["has_before"], &first["root"]), (3, &json!(false), &Value::Null));
    carol.get(&thread).await.is_not_found();
    alice.get(&format!("{kiln}/threads/99")).await.is_not_found();
    alice.patch(&kiln, json!({ "rules": { "history_for_new": false } })).await.ok();
    alice.post(&format!("{kiln}/members"), json!({ "member_ids": [carol.id] })).await.done();
    carol.get(&thread).await.is_not_found();
}

#[tokio::test]
async fn a_date_leads_to_its_messages() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let monday = office.now_ms();
    office.forward(days(2)).await;
    let alice = office.sign_in("alice").await;
    let sent = say(&alice, &kiln, "on Wednesday", None).await;
    let at = async |who: &Person, time: i64| who.get(&format!("{kiln}/at?time={time}")).await.ok()["seq"].clone();
    assert_eq!((at(&alice, monday).await, at(&alice, monday + 1).await), (json!(1), sent["seq"].clone()));
    assert_eq!((at(&alice, 0).await, at(&alice, office.now_ms() + 1).await), (json!(1), Value::Null));
    // 09:00 in Beijing is 01:00 UTC, and still Sunday evening in New York.
    let days_of = async |who: &Person, month: &str| who.get(&format!("{kiln}/days?month={month}")).await.ok()["days"].clone();
    assert_eq!(days_of(&alice, "2026-11&offset_minutes=480").await, json!([23, 25]));
    assert_eq!(days_of(&alice, "2026-11&offset_minutes=-300").await, json!([22, 24]));
    assert_eq!(days_of(&alice, "2026-12").await, json!([]));
    for bad in ["at", "days", "days?month=2026-13", "days?month=2026-11&offset_minutes=2000"] {
        alice.get(&format!("{kiln}/{bad}")).await.refused("chat.invalid");
    }
    alice.patch(&kiln, json!({ "rules": { "history_for_new": false } })).await.ok();
    alice.post(&format!("{kiln}/members"), json!({ "member_ids": [carol.id] })).await.done();
    let carol = office.sign_in("carol").await;
    assert_eq!(days_of(&carol, "2026-11&offset_minutes=480").await, json!([25]), "the day she came");
    bob.get(&format!("{ALL}/{}/days?month=2026-11", bob.id)).await.is_not_found();
}

#[tokio::test]
async fn people_and_groups_are_found_by_pinyin_too() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let body = json!({ "name": "王小明", "username": "xiaoming", "role": "member", "password": testkit::PASSWORD, "language": "zh-CN" });
    let wang = office.owner().post("/api/org/members", body).await.created()["member"].clone();
    let ovens = group(&alice, "窑炉项目", &[&bob]).await;
    group(&bob, "窑炉项目二", &[]).await;
    alice.post(ALL, json!({ "kind": "direct", "member_id": wang["id"] })).await.created();
    let found = async |who: &Person, words: &str| who.get(&format!("/api/chat/find?words={}", encoded(words))).await.ok();
    for words in ["王", "wangxiao", "wxm", "小明"] {
        let hits = found(&alice, words).await;
        assert_eq!(hits["people"][0]["name"], "王小明", "{words}");
        assert_eq!(hits["conversations"][0]["peer"]["name"], "王小明", "{words}");
    }
    for words in ["窑炉", "yaolu", "YLXM"] {
        let hits = found(&alice, words).await;
        let ids: Vec<String> =
            hits["conversations"].as_array().expect("a list").iter().map(|one| format!("{ALL}/{}", one["id"].as_str().unwrap_or("?"))).collect();
        assert_eq!(ids, [ovens.clone()], "{words}");
    }
    assert_eq!(found(&alice, "%").await, json!({ "people": [], "conversations": [] }));
    assert_eq!(found(&alice, " ").await, json!({ "people": [], "conversations": [] }));
    let eve = office.owner_elsewhere().await;
    assert_eq!(found(&eve, "王").await, json!({ "people": [], "conversations": [] }));
    let path = format!("/api/org/members/{}/disable", wang["id"].as_str().expect("an id"));
    office.owner().post(&path, json!({})).await.ok();
    assert_eq!(found(&alice, "wxm").await["people"], json!([]));
}

#[tokio::test]
async fn messages_are_found_by_their_sort() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    say(&alice, &kiln, "brick https://example.org/brick", None).await;
    say(&bob, &kiln, "brick", None).await;
    let poll = json!({ "client_id": "poll", "poll": { "question": "Which brick?", "options": ["red", "grey"] } });
    alice.post(&format!("{kiln}/messages"), poll).await.created();
    let found = async |filter: &str| {
        let hits = bob.get(&format!("/api/chat/search?q=brick{filter}")).await.ok();
        let kind = |hit: &Value| hit["message"]["kind"].as_str().unwrap_or("?").to_owned();
        hits["hits"].as_array().expect("a list").iter().map(kind).collect::<Vec<String>>()
    };
    assert_eq!(found("").await, ["poll", "text", "text"]);
    assert_eq!(found("&kind=poll").await, ["poll"]);
    assert_eq!(found("&kind=link").await, ["text"]);
    assert_eq!(found(&format!("&kind=text&from={}", bob.id)).await, ["text"]);
    bob.get("/api/chat/search?q=brick&kind=stone").await.refused("chat.invalid");
}
