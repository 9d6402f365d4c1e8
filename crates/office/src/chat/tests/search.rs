//! Messages found by their words, in Chinese and English, within what one may see.

use kernel::sql;
use serde_json::{Value, json};
use testkit::{Office, Person, days, digest, seconds};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, title: &str, others: &[&Person]) -> Value {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    who.post(ALL, json!({ "kind": "group", "title": title, "member_ids": ids })).await.created()
}

async fn say(who: &Person, conversation: &Value, text: &str) -> Value {
    let path = format!("{ALL}/{}/messages", conversation["id"].as_str().expect("an id"));
    who.post(&path, json!({ "client_id": digest(&format!("{}:{text}", who.id)), "text": text })).await.created()
}

/// Every byte as it may stand in a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn found(who: &Person, words: &str, filter: &str) -> Vec<String> {
    let hits = who.get(&format!("/api/chat/search?q={}{filter}", encoded(words))).await.ok();
    let text = |hit: &Value| hit["message"]["text"].as_str().unwrap_or("?").to_owned();
    hits["hits"].as_array().expect("a list").iter().map(text).collect()
}

#[tokio::test]
async fn words_are_found_in_both_languages() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    say(&alice, &kiln, "请尽快审批采购单").await;
    say(&bob, &kiln, "The Deployment of v2 is done").await;
    say(&bob, &kiln, "审核已经批了").await;
    assert_eq!(found(&bob, "审批", "").await, ["请尽快审批采购单"]);
    assert_eq!(found(&bob, "采购单 审批", "").await, ["请尽快审批采购单"]);
    assert_eq!(found(&bob, "deploy", "").await, ["The Deployment of v2 is done"]);
    assert_eq!(found(&bob, "V2 deployment", "").await, ["The Deployment of v2 is done"]);
    for nothing in ["deployed", "批审", "%", ""] {
        assert_eq!(found(&bob, nothing, "").await, [] as [&str; 0], "{nothing}");
    }
    let hits = bob.get("/api/chat/search?q=deploy").await.ok();
    assert_eq!(hits["hits"][0]["conversation_title"], "Kiln");
}

#[tokio::test]
async fn the_latest_come_first_and_filters_narrow() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let direct = alice.post(ALL, json!({ "kind": "direct", "member_id": bob.id })).await.created();
    say(&alice, &kiln, "brick one").await;
    office.forward(days(400)).await;
    let bob = office.sign_in("bob").await;
    let later = office.now_ms();
    say(&bob, &direct, "brick two").await;
    office.forward(days(40)).await;
    let (alice, bob) = (office.sign_in("alice").await, office.sign_in("bob").await);
    say(&alice, &kiln, "brick three").await;
    assert_eq!(found(&bob, "brick", "").await, ["brick three", "brick two", "brick one"]);
    let id = |conversation: &Value| conversation["id"].as_str().expect("an id").to_owned();
    assert_eq!(found(&bob, "brick", &format!("&conversation={}", id(&kiln))).await, ["brick three", "brick one"]);
    assert_eq!(found(&bob, "brick", &format!("&from={}", bob.id)).await, ["brick two"]);
    assert_eq!(found(&bob, "brick", &format!("&since={later}")).await, ["brick three", "brick two"]);
    assert_eq!(found(&bob, "brick", &format!("&until={later}&from={}", alice.id)).await, ["brick one"]);
    let hits = bob.get("/api/chat/search?q=two").await.ok();
    assert_eq!(hits["hits"][0]["conversation_title"], "Alice", "a conversation of two is called as the other one");
}

#[tokio::test]
async fn a_page_leads_to_the_next() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, "Kiln", &[]).await;
    for number in 0..70 {
        say(&alice, &kiln, &format!("brick {number}")).await;
        office.forward(seconds(1)).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = alice.get(&format!("/api/chat/search?q=brick{cursor}")).await.ok();
        seen.extend(page["hits"].as_array().expect("a list").iter().map(|hit| hit["message"]["seq"].as_i64().unwrap_or(0)));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, (2..72).rev().collect::<Vec<i64>>());
    alice.get("/api/chat/search?q=brick&cursor=x").await.refused("request.cursor");
}

#[tokio::test]
async fn without_words_who_when_and_what_are_enough() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let id = |conversation: &Value| conversation["id"].as_str().expect("an id").to_owned();
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let oven = group(&alice, "Oven", &[&carol]).await;
    say(&alice, &kiln, "first").await;
    say(&bob, &kiln, "see https://example.org/plan").await;
    say(&alice, &oven, "elsewhere").await;
    for (name, bytes) in [("plan.pdf", "%PDF-1.4"), ("kiln.png", "picture")] {
        let file = bob.upload(&[("conversation", &id(&kiln)), ("filename", name)], bytes).await;
        let path = format!("{ALL}/{}/messages", id(&kiln));
        bob.post(&path, json!({ "client_id": name, "text": name, "files": [file] })).await.created();
    }
    office.forward(days(20)).await;
    let [alice, bob] = [office.sign_in("alice").await, office.sign_in("bob").await];
    let later = office.now_ms();
    let last = say(&bob, &kiln, "last").await;
    assert_eq!(found(&bob, "", &format!("&from={}", bob.id)).await, ["last", "kiln.png", "plan.pdf", "see https://example.org/plan"]);
    assert_eq!(found(&bob, "", &format!("&from={}&until={}", bob.id, later - 1)).await.len(), 3);
    assert_eq!(found(&bob, "", &format!("&since={later}")).await, ["last"]);
    assert_eq!(found(&bob, "", "&kind=files").await, ["kiln.png", "plan.pdf"]);
    assert_eq!(found(&bob, "", "&kind=image").await, ["kiln.png"]);
    assert_eq!(found(&bob, "kiln", &format!("&kind=image&from={}", bob.id)).await, ["kiln.png"]);
    assert_eq!(found(&bob, "", &format!("&kind=image&from={}", alice.id)).await, [] as [&str; 0]);
    assert_eq!(found(&bob, "", "&kind=link").await, ["see https://example.org/plan"]);
    assert_eq!(found(&bob, "", "&kind=text").await, ["last", "see https://example.org/plan", "first"]);
    assert_eq!(found(&alice, "", &format!("&conversation={}", id(&oven))).await, ["elsewhere"]);
    for nothing in ["", "&from=00000000-0000-7000-8000-000000000000"] {
        assert_eq!(found(&bob, "", nothing).await, [] as [&str; 0], "{nothing}");
    }
    let carol = office.sign_in("carol").await;
    assert_eq!(found(&carol, "", &format!("&from={}", bob.id)).await, [] as [&str; 0], "not of where she is not");
    assert_eq!(found(&carol, "", &format!("&conversation={}", id(&kiln))).await, [] as [&str; 0]);
    let last = last["id"].as_str().expect("an id");
    bob.post(&format!("/api/chat/messages/{last}/recall"), json!({})).await.ok();
    assert_eq!(found(&alice, "", &format!("&since={later}")).await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_somebody_wrote_leads_on_to_the_next_page() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    for number in 0..70 {
        say(if number % 2 == 0 { &alice } else { &bob }, &kiln, &format!("brick {number}")).await;
        office.forward(seconds(600)).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bob.get(&format!("/api/chat/search?from={}{cursor}", alice.id)).await.ok();
        seen.extend(page["hits"].as_array().expect("a list").iter().map(|hit| hit["message"]["seq"].as_i64().unwrap_or(0)));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..36).map(|number| 72 - 2 * number).collect::<Vec<i64>>());
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_see() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    let sent = say(&alice, &kiln, "treasure").await;
    assert_eq!(found(&carol, "treasure", "").await, [] as [&str; 0]);
    assert_eq!(found(&bob, "treasure", "").await, ["treasure"]);
    let id = sent["id"].as_str().expect("an id");
    alice.patch(&format!("/api/chat/messages/{id}"), json!({ "text": "island" })).await.ok();
    assert_eq!((found(&bob, "treasure", "").await.len(), found(&bob, "island", "").await.len()), (0, 1));
    bob.delete(&format!("/api/chat/messages/{id}")).await.done();
    assert_eq!(found(&bob, "island", "").await, [] as [&str; 0]);
}

#[tokio::test]
async fn messages_from_before_the_index_are_found_after_a_while() {
    let mut office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, "Kiln", &[&bob]).await;
    for turn in 0..250 {
        office.forward(seconds(1)).await;
        say(&alice, &kiln, &format!("brick {turn}")).await;
    }
    office.db().write(sql!("DELETE FROM chat_words")).run().await.expect("as it was before");
    let left = sql!("INSERT INTO chat_words_left (latest_id) SELECT id FROM chat_messages ORDER BY id DESC LIMIT 1");
    office.db().write(left).run().await.expect("as the migration leaves it");
    office.reopen().await;
    let (alice, bob) = (office.leads(&alice), office.leads(&bob));
    office.forward(seconds(1)).await;
    say(&alice, &kiln, "brick 250").await;
    office.forward(seconds(60)).await;
    assert_eq!(found(&bob, "brick 0", "").await, ["brick 0"]);
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = bob.get(&format!("/api/chat/search?q=brick{cursor}")).await.ok();
        count += page["hits"].as_array().map_or(0, Vec::len);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(count, 251, "each once");
}

#[tokio::test]
async fn nothing_is_left_of_a_group_that_was_dissolved() {
    // As if it were a large one: its messages go in several parts.
    let office = Office::with_limit("chat.removed_together", 3).await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, attic) = (group(&alice, "Kiln", &[&bob]).await, group(&alice, "Attic", &[&bob]).await);
    say(&alice, &attic, "brick of the attic").await;
    for turn in 0..10 {
        say(&alice, &kiln, &format!("brick {turn}")).await;
    }
    let kiln = format!("{ALL}/{}", kiln["id"].as_str().expect("an id"));
    alice.delete(&kiln).await.done();
    alice.get(&kiln).await.is_not_found();
    office.forward(seconds(1)).await;
    let count = async |sql| -> i64 {
        let (count,): (i64,) = office.db().read(sql).one().await.expect("it is counted");
        count
    };
    assert_eq!(count(sql!("SELECT COUNT(*) FROM chat_words")).await, 1);
    assert_eq!(count(sql!("SELECT COUNT(*) FROM chat_messages WHERE text LIKE 'brick%'")).await, 1);
    assert_eq!(count(sql!("SELECT COUNT(*) FROM chat_conversations WHERE title = 'Kiln'")).await, 0);
    assert_eq!(found(&bob, "brick", "").await, ["brick of the attic"]);
}
