//! What links lead to: looked up by the office, when an organisation wants it, and never within its own walls.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Peer, Person, hours};

const ALL: &str = "/api/chat/conversations";
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
const PAGE: &str = "<title>Kiln</title><meta name=description content='All about kilns'><meta property=og:site_name content=Kilns>";

async fn switch_on(office: &Office) {
    let settings = json!({ "read_lists": true, "link_previews": true });
    office.owner().ask(Method::PUT, "/api/chat/settings", Some(&settings)).await.done();
}

async fn group(who: &Person) -> String {
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": [] })).await.created();
    format!("{ALL}/{}", made["id"].as_str().expect("an id"))
}

/// Says something, and waits until what follows from it is done.
async fn say(office: &Office, who: &Person, kiln: &str, text: &str) -> Value {
    let mut ears = who.listen().await;
    who.post(&format!("{kiln}/messages"), json!({ "client_id": testkit::digest(text), "text": text })).await.created();
    ears.hears("chat.message").await;
    office.settle().await;
    who.get(kiln).await.ok()["last_message"].clone()
}

#[tokio::test]
async fn a_link_says_where_it_leads_and_is_asked_once_a_day() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice).await;
    let site = Peer::start().await;
    site.answers(200, &[HTML], PAGE);
    let url = site.url("/a");
    assert_eq!(say(&office, &alice, &kiln, &format!("before {url}")).await["preview"], Value::Null, "it is off by default");
    assert!(site.calls().is_empty());
    switch_on(&office).await;
    let mut ears = alice.listen().await;
    let shown = say(&office, &alice, &kiln, &format!("see {url}, it is good")).await;
    let preview = json!({ "url": url, "title": "Kiln", "description": "All about kilns", "site": "Kilns" });
    assert_eq!(shown["preview"], preview);
    let (sent, changed) = (ears.hears("chat.message").await, ears.hears("chat.message").await);
    assert_eq!((&sent["message"]["preview"], &changed["message"]["preview"]), (&Value::Null, &preview));
    assert_eq!(say(&office, &alice, &kiln, &format!("again {url}")).await["preview"], preview);
    let calls = site.take_calls();
    assert_eq!((calls.len(), calls[0].header("cookie"), calls[0].header("user-agent")), (1, "", "Hutong"));
    office.forward(hours(25)).await;
    say(&office, &alice, &kiln, &format!("tomorrow {url}")).await;
    assert_eq!(site.calls().len(), 1);
}

#[tokio::test]
async fn what_is_no_page_says_nothing_and_walls_stay_closed() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice).await;
    switch_on(&office).await;
    let site = Peer::start().await;
    site.answers_once(404, &[HTML], PAGE);
    assert_eq!(say(&office, &alice, &kiln, &site.url("/none")).await["preview"], Value::Null);
    site.answers_once(200, &[("content-type", "image/png")], "<title>no</title>");
    assert_eq!(say(&office, &alice, &kiln, &site.url("/picture")).await["preview"], Value::Null);
    site.answers_once(302, &[("location", "http://169.254.169.254/latest/meta-data")], "");
    assert_eq!(say(&office, &alice, &kiln, &site.url("/metadata")).await["preview"], Value::Null);
    assert_eq!(site.calls().len(), 3);
    for closed in ["http://10.0.0.1/", "http://[::1]/", "http://0x7f000001.invalid/", "http://a:b@127.0.0.1/"] {
        assert_eq!(say(&office, &alice, &kiln, closed).await["preview"], Value::Null, "{closed}");
    }
}

#[tokio::test]
async fn a_preview_follows_the_text_and_goes_with_it() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice).await;
    switch_on(&office).await;
    let site = Peer::start().await;
    site.answers(200, &[HTML], PAGE);
    let shown = say(&office, &alice, &kiln, &site.url("/a")).await;
    assert_eq!(shown["preview"]["title"], "Kiln");
    let path = format!("/api/chat/messages/{}", shown["id"].as_str().expect("an id"));
    assert_eq!(alice.patch(&path, json!({ "text": "nothing" })).await.ok()["preview"], Value::Null);
    alice.patch(&path, json!({ "text": site.url("/b") })).await.ok();
    office.settle().await;
    assert_eq!(alice.get(&kiln).await.ok()["last_message"]["preview"]["url"], site.url("/b"));
    alice.post(&format!("{path}/recall"), json!({})).await;
    assert_eq!(alice.get(&kiln).await.ok()["last_message"]["preview"], Value::Null);
}
