//! What reaches a browser while no page of ours is open in it, and what does not.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Browser, Office, Person, Socket, hours, minutes, seconds};

const PUSH: &str = "/api/notify/push";

/// A browser of that person's that is pushed to.
async fn browser(who: &Person, name: &str) -> Browser {
    let mut browser = Browser::start().await;
    let key = who.get(PUSH).await.ok()["public_key"].clone();
    who.post(PUSH, browser.subscribe(&key, name)).await.created();
    browser
}

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post("/api/chat/conversations", json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

/// Says something and waits until everybody has been told.
async fn say(office: &Office, who: &Person, conversation: &str, body: Value) {
    let mut ears = who.listen().await;
    let mut body = body;
    body["client_id"] = json!(testkit::digest(&body.to_string()));
    who.post(&format!("/api/chat/conversations/{conversation}/messages"), body).await.created();
    ears.hears("chat.message").await;
    drop(ears);
    office.settle().await;
}

/// Has somebody turn to their device, or away from it, and waits until it is known.
async fn turn(device: &mut Socket, who: &Person, state: &str) {
    device.say(&json!({ "type": "presence", "state": state })).await;
    let known = if state == "idle" { "away" } else { "online" };
    loop {
        let heard = device.hears("presence").await;
        if heard["member_id"] == json!(who.id) && heard["presence"] == known {
            return;
        }
    }
}

fn bodies(browser: &Browser) -> Vec<Value> {
    browser.pushed().into_iter().map(|pushed| pushed.payload["body"].clone()).collect()
}

#[tokio::test]
async fn a_message_reaches_whoever_has_no_page_open() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    office.settle().await;
    phone.pushed();
    say(&office, &alice, &kiln, json!({ "text": "窑炉点火了" })).await;
    let pushed = phone.pushed();
    let [pushed] = pushed.as_slice() else { panic!("{pushed:?}") };
    let expected = json!({
        "kind": "chat.message", "title": "Kiln", "body": "窑炉点火了", "link": format!("/chat/{kiln}?at=2"), "tag": format!("chat:{kiln}"),
        "actor": "Alice", "context": "text", "badge": 1,
    });
    assert_eq!(pushed.payload, expected);
    assert_eq!((pushed.urgency.as_str(), pushed.ttl_s, pushed.topic.len()), ("normal", 12 * 3_600, 32));
    let used = bob.get(PUSH).await.ok()["subscriptions"][0].clone();
    assert_eq!((&used["name"], &used["last_used_at"], &used["current"]), (&json!("Phone"), &json!(office.now_ms()), &json!(true)));
}

#[tokio::test]
async fn nobody_is_pushed_what_they_see_anyway() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    let mut desk = bob.listen().await;
    say(&office, &alice, &kiln, json!({ "text": "one" })).await;
    assert_eq!(bodies(&phone), [] as [&str; 0], "Bob sits before it");
    desk.hears("chat.message").await;
    turn(&mut desk, &bob, "idle").await;
    say(&office, &alice, &kiln, json!({ "text": "two" })).await;
    assert_eq!(bodies(&phone), [] as [&str; 0], "he may still look");
    office.forward(seconds(59)).await;
    assert_eq!(bodies(&phone), [] as [&str; 0]);
    office.forward(seconds(1)).await;
    assert_eq!(bodies(&phone), ["two"]);
}

#[tokio::test]
async fn whoever_comes_back_in_time_is_spared() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    let mut desk = bob.listen().await;
    turn(&mut desk, &bob, "idle").await;
    say(&office, &alice, &kiln, json!({ "text": "one" })).await;
    office.forward(seconds(30)).await;
    turn(&mut desk, &bob, "active").await;
    office.forward(minutes(5)).await;
    assert_eq!(bodies(&phone), [] as [&str; 0]);
}

#[tokio::test]
async fn what_is_recalled_is_neither_pushed_nor_told_any_more() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    office.settle().await;
    phone.pushed();
    let mut desk = bob.listen().await;
    turn(&mut desk, &bob, "idle").await;
    say(&office, &alice, &kiln, json!({ "text": "the wrong price", "mentions": [bob.id] })).await;
    let told = |notices: Value| notices.to_string().contains("the wrong price");
    assert!(told(bob.get("/api/notify/notices").await.ok()));
    let history = alice.get(&format!("/api/chat/conversations/{kiln}/messages")).await.ok();
    let id = history["messages"].as_array().and_then(|all| all.last()).expect("a message")["id"].clone();
    alice.post(&format!("/api/chat/messages/{}/recall", id.as_str().expect("an id")), json!({})).await.ok();
    office.settle().await;
    assert!(!told(bob.get("/api/notify/notices").await.ok()));
    office.forward(minutes(2)).await;
    assert_eq!(bodies(&phone), [] as [&str; 0], "he was given a minute, and it was recalled within it");
}

#[tokio::test]
async fn a_muted_group_is_silent_until_it_calls_somebody() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    bob.patch(&format!("/api/chat/conversations/{kiln}/mine"), json!({ "muted": true })).await.ok();
    phone.pushed();
    say(&office, &alice, &kiln, json!({ "text": "gossip" })).await;
    assert_eq!(bodies(&phone), [] as [&str; 0]);
    say(&office, &alice, &kiln, json!({ "text": "@Bob look", "mentions": [bob.id] })).await;
    let pushed = phone.pushed();
    let [pushed] = pushed.as_slice() else { panic!("the notice is not pushed again: {pushed:?}") };
    assert_eq!((&pushed.payload["kind"], &pushed.payload["body"]), (&json!("chat.mentioned"), &json!("@Bob look")));
}

#[tokio::test]
async fn nothing_is_pushed_in_quiet_hours() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    // It is 02:00 in Berlin.
    let quiet = json!({ "on": true, "from_minute": 1320, "to_minute": 480, "time_zone": "Europe/Berlin" });
    bob.ask(Method::PUT, "/api/notify/settings", Some(&json!({ "kinds": [], "quiet": quiet }))).await.ok();
    say(&office, &alice, &kiln, json!({ "text": "night" })).await;
    assert_eq!(bodies(&phone), [] as [&str; 0]);
    office.forward(hours(6)).await;
    say(&office, &alice, &kiln, json!({ "text": "morning" })).await;
    assert_eq!(bodies(&phone), ["morning"]);
}

#[tokio::test]
async fn notices_are_pushed_unless_their_kind_is_switched_off() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let phone = browser(&bob, "Phone").await;
    let path = format!("/api/org/members/{}", bob.id);
    office.owner().patch(&path, json!({ "role": "admin" })).await.ok();
    let pushed = phone.pushed();
    let [pushed] = pushed.as_slice() else { panic!("{pushed:?}") };
    let seen = ["kind", "actor", "context", "link", "badge"].map(|field| pushed.payload[field].clone());
    assert_eq!(seen, [json!("org.role_changed"), json!("Olga"), json!("admin"), json!("/me"), json!(1)]);
    let mut wanted = bob.get("/api/notify/settings").await.ok();
    wanted["kinds"] = json!([{ "kind": "org.role_changed", "on": false }]);
    bob.ask(Method::PUT, "/api/notify/settings", Some(&wanted)).await.ok();
    office.owner().patch(&path, json!({ "role": "member" })).await.ok();
    assert!(phone.pushed().is_empty());
}

#[tokio::test]
async fn a_call_rings_at_once_and_not_for_long() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    let mut desk = bob.listen().await;
    turn(&mut desk, &bob, "idle").await;
    alice.post(&format!("/api/chat/conversations/{kiln}/call"), json!({ "audio_only": false })).await.created();
    office.settle().await;
    let pushed = phone.pushed();
    let [pushed] = pushed.as_slice() else { panic!("{pushed:?}") };
    assert_eq!((&pushed.payload["kind"], &pushed.payload["actor"]), (&json!("meetings.call"), &json!("Alice")));
    assert_eq!((pushed.urgency.as_str(), pushed.ttl_s), ("high", 45));
    office.forward(minutes(2)).await;
}

#[tokio::test]
async fn a_push_service_that_is_away_is_tried_again_and_one_that_forgot_is_not() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    phone.service().answers_once(503, &[], "");
    phone.service().answers_once(429, &[("retry-after", "300")], "");
    say(&office, &alice, &kiln, json!({ "text": "one" })).await;
    assert_eq!(bodies(&phone), ["one"]);
    office.forward(seconds(10)).await;
    assert_eq!(bodies(&phone), ["one"]);
    office.forward(seconds(299)).await;
    assert_eq!(bodies(&phone), [] as [&str; 0], "it asked for patience");
    office.forward(seconds(1)).await;
    assert_eq!(bodies(&phone), ["one"]);
    office.forward(hours(1)).await;
    assert_eq!(bodies(&phone), [] as [&str; 0], "it was taken");
    phone.service().answers(413, &[], "");
    say(&office, &alice, &kiln, json!({ "text": "two" })).await;
    office.forward(hours(1)).await;
    assert_eq!(bodies(&phone), ["two"], "what is refused for good is not offered again");
    phone.service().answers(410, &[], "");
    say(&office, &alice, &kiln, json!({ "text": "three" })).await;
    assert_eq!(bodies(&phone), ["three"]);
    assert_eq!(bob.get(PUSH).await.ok()["subscriptions"], json!([]));
    say(&office, &alice, &kiln, json!({ "text": "four" })).await;
    assert_eq!(bodies(&phone), [] as [&str; 0]);
}

#[tokio::test]
async fn of_one_conversation_only_the_latest_waits() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    phone.service().answers_once(503, &[], "");
    say(&office, &alice, &kiln, json!({ "text": "one" })).await;
    say(&office, &alice, &kiln, json!({ "text": "two" })).await;
    assert_eq!(bodies(&phone), ["one"]);
    office.forward(minutes(1)).await;
    assert_eq!(bodies(&phone), ["two"]);
}

#[tokio::test]
async fn a_subscription_ends_with_its_device() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let laptop = office.sign_in("bob").await;
    let (phone, other) = (browser(&bob, "Phone").await, browser(&laptop, "Laptop").await);
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    other.pushed();
    bob.post("/api/org/sign-out", json!({})).await;
    say(&office, &alice, &kiln, json!({ "text": "one" })).await;
    assert_eq!((bodies(&phone), bodies(&other)), (vec![], vec![json!("one")]));
    let id = laptop.get(PUSH).await.ok()["subscriptions"][0]["id"].as_str().expect("an id").to_owned();
    alice.delete(&format!("{PUSH}/{id}")).await.refused("request.not_found");
    laptop.delete(&format!("{PUSH}/{id}")).await;
    say(&office, &alice, &kiln, json!({ "text": "two" })).await;
    assert_eq!((bodies(&phone), bodies(&other)), (vec![], vec![]));
}

#[tokio::test]
async fn an_organisation_may_have_nothing_said_or_nothing_pushed() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let phone = browser(&bob, "Phone").await;
    let kiln = group(&alice, &[&bob]).await;
    phone.pushed();
    let policy = |hide: bool, allowed: bool| json!({ "hide_content": hide, "push_allowed": allowed });
    let decide = async |who: &Person, policy: Value| who.ask(Method::PUT, "/api/notify/policy", Some(&policy)).await;
    decide(&bob, policy(true, true)).await.refused("request.forbidden");
    decide(office.owner(), policy(true, true)).await.ok();
    say(&office, &alice, &kiln, json!({ "text": "secret" })).await;
    let pushed = phone.pushed();
    let [pushed] = pushed.as_slice() else { panic!("{pushed:?}") };
    assert_eq!(
        (&pushed.payload["title"], &pushed.payload["body"], &pushed.payload["actor"]),
        (&json!("Brickworks"), &json!(""), &Value::Null)
    );
    assert_eq!(bob.get(PUSH).await.ok()["hide_content"], true);
    decide(office.owner(), policy(false, false)).await.ok();
    say(&office, &alice, &kiln, json!({ "text": "nothing" })).await;
    assert!(phone.pushed().is_empty());
    bob.post(&format!("{PUSH}/test"), json!({})).await.refused("notify.push_off");
}

#[tokio::test]
async fn what_no_browser_would_say_is_refused() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    bob.post(&format!("{PUSH}/test"), json!({})).await.refused("notify.no_subscription");
    let mut phone = Browser::start().await;
    let key = bob.get(PUSH).await.ok()["public_key"].clone();
    let sound = phone.subscribe(&key, "Phone");
    for (pointer, value, field) in [
        ("/endpoint", "ftp://push.example.org/1", "endpoint"),
        ("/endpoint", "http://10.0.0.1/1", "endpoint"),
        ("/endpoint", "https://169.254.169.254/latest", "endpoint"),
        ("/endpoint", "push", "endpoint"),
        ("/keys/p256dh", "AAAA", "keys"),
        ("/keys/auth", "", "keys"),
        ("/name", "a\nb", "name"),
    ] {
        let mut wrong = sound.clone();
        *wrong.pointer_mut(pointer).expect("it is there") = json!(value);
        assert_eq!(bob.post(PUSH, wrong).await.refused("notify.subscription")["field"], field, "{value}");
    }
    bob.post(PUSH, sound).await.created();
    bob.post(&format!("{PUSH}/test"), json!({})).await;
    office.settle().await;
    let pushed = phone.pushed();
    assert_eq!(pushed.len(), 1);
    assert_eq!((&pushed[0].payload["kind"], &pushed[0].payload["title"]), (&json!("notify.test"), &json!("Brickworks")));
}

#[tokio::test]
async fn browsers_of_one_person_are_bounded() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let key = bob.get(PUSH).await.ok()["public_key"].clone();
    let mut phone = Browser::start().await;
    for number in 0..12 {
        let device = office.sign_in("bob").await;
        device.post(PUSH, phone.subscribe(&key, &format!("Phone {number}"))).await.created();
        device.post(PUSH, phone.subscribe(&key, &format!("Phone {number} again"))).await.created();
    }
    let kept = bob.get(PUSH).await.ok()["subscriptions"].clone();
    let names: Vec<&str> = kept.as_array().expect("a list").iter().filter_map(|kept| kept["name"].as_str()).collect();
    assert_eq!((names.len(), names.first(), names.last()), (10, Some(&"Phone 11 again"), Some(&"Phone 2 again")));
}
