//! Sending: once however often it is tried, in one order for all, answered and continued in threads.

use serde_json::{Value, json};
use testkit::{Answer, Office, Person, digest};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

async fn send(who: &Person, kiln: &str, body: Value) -> Answer {
    who.post(&format!("{kiln}/messages"), body).await
}

async fn say(who: &Person, kiln: &str, text: &str) -> Value {
    send(who, kiln, json!({ "client_id": digest(&format!("{}:{text}", who.id)), "text": text })).await.created()
}

async fn texts(who: &Person, kiln: &str, query: &str) -> Vec<String> {
    let page = who.get(&format!("{kiln}/messages{query}")).await.ok();
    let text = |message: &Value| message["text"].as_str().unwrap_or("?").to_owned();
    page["messages"].as_array().expect("a list").iter().map(text).collect()
}

#[tokio::test]
async fn a_message_is_sent_once_and_heard_by_all() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let mut ears = [bob.listen().await, bob.listen().await, alice.listen().await];
    let body = json!({ "client_id": "phone-1", "text": "**Fire!**  \n" });
    let sent = send(&alice, &kiln, body.clone()).await.created();
    let seen = ["seq", "text", "kind", "client_id", "sender_id", "change", "reactions"].map(|field| &sent[field]);
    assert_eq!(seen, [&json!(2), &json!("**Fire!**"), &json!("text"), &json!("phone-1"), &json!(alice.id), &json!(2), &json!([])]);
    for socket in &mut ears {
        assert_eq!(socket.hears("chat.message").await["message"], sent);
    }
    let again = send(&alice, &kiln, body.clone()).await.ok();
    assert_eq!(again, sent);
    send(&bob, &kiln, body).await.created();
    assert_eq!(texts(&bob, &kiln, "").await, ["", "**Fire!**", "**Fire!**"], "each client has its own ids");
    let page = bob.get(&format!("{kiln}/messages")).await.ok();
    assert_eq!((&page["change"], &page["has_before"], &page["has_after"]), (&json!(3), &json!(false), &json!(false)));
}

#[tokio::test]
async fn many_who_send_at_once_are_numbered_without_gaps() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, oven) = (group(&alice, &[&bob]).await, group(&bob, &[&alice]).await);
    let mut ears = alice.listen().await;
    let sends = (0..60).map(|number| {
        let (who, place) = if number % 2 == 0 { (&alice, &kiln) } else { (&bob, &oven) };
        // Every third is tried twice.
        let client_id = format!("n{}", if number % 3 == 0 { number } else { number / 3 * 3 + 100 });
        send(who, place, json!({ "client_id": client_id, "text": format!("{number}") }))
    });
    let answers = futures::future::join_all(sends).await;
    let written = answers.iter().filter(|answer| answer.status == 201).count();
    assert!(answers.iter().all(|answer| answer.status.is_success()));
    let mut numbers = Vec::new();
    for place in [&kiln, &oven] {
        let page = alice.get(&format!("{place}/messages?limit=100")).await.ok();
        let list = page["messages"].as_array().expect("a list");
        let seqs: Vec<i64> = list.iter().filter_map(|message| message["seq"].as_i64()).collect();
        assert_eq!(seqs, (1..=i64::try_from(list.len()).expect("a count")).collect::<Vec<_>>());
        numbers.push(list.len() - 1);
    }
    assert_eq!(numbers.iter().sum::<usize>(), written);
    let mut heard = std::collections::BTreeMap::<String, i64>::new();
    for _ in 0..written {
        let message = ears.hears("chat.message").await["message"].clone();
        let place = heard.entry(message["conversation_id"].to_string()).or_insert(1);
        assert_eq!(message["change"], *place + 1, "they are told in their order");
        *place += 1;
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let with = |field: &str, value: Value| {
        let mut body = json!({ "client_id": "1", "text": "x" });
        body[field] = value;
        body
    };
    send(&alice, &kiln, with("text", json!(" \n"))).await.refused("chat.empty");
    send(&alice, &kiln, with("text", json!("砖".repeat(8_001)))).await.refused("chat.too_long");
    send(&alice, &kiln, with("client_id", json!(""))).await.refused("chat.invalid");
    send(&alice, &kiln, with("client_id", json!("x".repeat(65)))).await.refused("chat.invalid");
    send(&alice, &kiln, with("sender_id", json!(bob.id))).await.refused("request.invalid");
    send(&alice, &kiln, with("text", json!("\u{0}"))).await.refused("request.malformed");
    send(&alice, &kiln, with("thread_root", json!(9))).await.is_not_found();
    send(&carol, &kiln, with("text", json!("x"))).await.is_not_found();
    send(&alice, &kiln, with("text", json!("砖".repeat(8_000)))).await.created();
    assert_eq!(texts(&alice, &kiln, "").await.len(), 2);
}

#[tokio::test]
async fn history_is_read_from_both_ends_and_around_a_place() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, &[]).await;
    for number in 2..=9 {
        say(&alice, &kiln, &number.to_string()).await;
    }
    assert_eq!(texts(&alice, &kiln, "?limit=2").await, ["8", "9"]);
    assert_eq!(texts(&alice, &kiln, "?before=8&limit=2").await, ["6", "7"]);
    assert_eq!(texts(&alice, &kiln, "?after=3&limit=2").await, ["4", "5"]);
    assert_eq!(texts(&alice, &kiln, "?around=5&limit=4").await, ["3", "4", "5", "6"]);
    let ends = async |query: &str| {
        let page = alice.get(&format!("{kiln}/messages{query}")).await.ok();
        (page["has_before"].clone(), page["has_after"].clone())
    };
    assert_eq!(ends("?limit=2").await, (json!(true), json!(false)));
    assert_eq!(ends("?before=3").await, (json!(false), json!(true)));
    assert_eq!(ends("?after=0&limit=100").await, (json!(false), json!(false)));
    assert_eq!(ends("?after=7").await, (json!(true), json!(false)));
    assert_eq!(ends("?around=5&limit=4").await, (json!(true), json!(true)));
    alice.get(&format!("{kiln}/messages?before=x")).await.refused("request.malformed");
}

#[tokio::test]
async fn changes_bring_a_device_up_to_date_in_steps() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, &[]).await;
    let first = say(&alice, &kiln, "one").await;
    say(&alice, &kiln, "two").await;
    let id = first["id"].as_str().expect("an id");
    alice.patch(&format!("/api/chat/messages/{id}"), json!({ "text": "uno" })).await.ok();
    let changes = alice.get(&format!("{kiln}/changes?after=0&limit=2")).await.ok();
    assert_eq!((&changes["change"], &changes["more"], &changes["messages"][1]["text"]), (&json!(3), &json!(true), &json!("two")));
    let changes = alice.get(&format!("{kiln}/changes?after=3&limit=2")).await.ok();
    assert_eq!((&changes["change"], &changes["more"], &changes["messages"][0]["text"]), (&json!(4), &json!(false), &json!("uno")));
    let changes = alice.get(&format!("{kiln}/changes?after=4")).await.ok();
    assert_eq!(changes, json!({ "messages": [], "change": 4, "more": false }));
}

#[tokio::test]
async fn an_answer_shows_what_it_answers_and_a_thread_counts() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let asked = say(&alice, &kiln, &"When? ".repeat(40)).await;
    let answered = send(&bob, &kiln, json!({ "client_id": "1", "text": "Now", "reply_to": asked["id"] })).await.created();
    let quote = &answered["reply_to"];
    assert_eq!((&quote["id"], &quote["seq"], &quote["sender_id"]), (&asked["id"], &json!(2), &json!(alice.id)));
    assert_eq!(quote["text"].as_str().map(str::len), Some(140));
    let mut ears = alice.listen().await;
    let reply = send(&bob, &kiln, json!({ "client_id": "2", "text": "Really?", "thread_root": 2 })).await.created();
    assert_eq!((&reply["thread_root"], &reply["seq"]), (&json!(2), &json!(4)));
    assert_eq!(ears.hears("chat.message").await["message"]["id"], reply["id"]);
    let root = ears.hears("chat.message").await["message"].clone();
    assert_eq!((&root["id"], &root["thread_replies"], &root["change"]), (&asked["id"], &json!(1), &json!(5)));
    let deeper = send(&alice, &kiln, json!({ "client_id": "3", "text": "Yes", "thread_root": 4 })).await.created();
    assert_eq!(deeper["thread_root"], 2, "threads have no threads");
    let recall = |id: &Value| format!("/api/chat/messages/{}/recall", id.as_str().expect("an id"));
    bob.post(&recall(&reply["id"]), json!({})).await.ok();
    alice.post(&recall(&asked["id"]), json!({})).await.ok();
    let page = bob.get(&format!("{kiln}/messages")).await.ok();
    let (root, answer) = (&page["messages"][1], &page["messages"][2]);
    assert_eq!((&root["text"], &root["thread_replies"], &answer["reply_to"]["text"]), (&json!(""), &json!(1), &json!("")));
    send(&bob, &kiln, json!({ "client_id": "4", "text": "?", "reply_to": asked["id"] })).await.refused("chat.recalled");
}
