//! Who is told what: what happens to one's account, and only what one wants to hear of.

use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use testkit::{Office, Person};

const SETTINGS: &str = "/api/notify/settings";

/// What somebody was told, the latest first.
async fn told(who: &Person) -> Vec<Value> {
    who.get("/api/notify/notices").await.ok()["notices"].as_array().expect("a list").clone()
}

async fn kinds(who: &Person) -> Vec<String> {
    told(who).await.iter().map(|notice| notice["kind"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn want(who: &Person, settings: &Value) -> testkit::Answer {
    who.ask(Method::PUT, SETTINGS, Some(settings)).await
}

#[tokio::test]
async fn a_new_role_is_told_once_with_the_latest_word() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let path = format!("/api/org/members/{}", bob.id);
    for role in ["admin", "member", "admin"] {
        office.owner().patch(&path, json!({ "role": role, "title": "Mason" })).await.ok();
    }
    office.owner().patch(&path, json!({ "role": "admin", "title": "Potter" })).await.ok();
    let notices = told(&bob).await;
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!((&notice["kind"], &notice["data"]["context"], &notice["times"]), (&json!("org.role_changed"), &json!("admin"), &json!(3)));
    assert_eq!((&notice["actor"]["name"], &notice["link"]), (&json!("Olga"), &json!("/me")));
}

#[tokio::test]
async fn a_reset_password_is_told_at_the_next_sign_in() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let reset = json!({ "password": bob.password() });
    office.owner().post(&format!("/api/org/members/{}/reset-password", bob.id), reset).await.ok();
    let bob = office.sign_in("bob").await;
    assert_eq!(kinds(&bob).await, ["org.password_reset"], "every device was signed out, so the sign-in itself is no news");
}

#[tokio::test]
async fn a_sign_in_on_another_device_is_told() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    assert_eq!(kinds(&bob).await, [] as [&str; 0], "the first device is no news");
    let mut ears = bob.listen().await;
    let body = json!({ "login": "bob", "password": bob.password() }).to_string();
    let request = Request::post("/api/org/sign-in")
        .header("x-requested-with", "hutong")
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0")
        .body(body.into())
        .expect("a request");
    office.stranger().send_raw(request).await.ok();
    let heard = ears.hears("notify.new").await["notice"].clone();
    assert_eq!((&heard["kind"], &heard["title"]), (&json!("org.signed_in"), &json!("Chrome · Windows")));
    assert!(heard["data"]["session_id"].is_string(), "so that the new device need not hear of itself");
}

#[tokio::test]
async fn what_is_switched_off_is_not_told() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let mut wanted = bob.get(SETTINGS).await.ok();
    let listed = wanted["kinds"].as_array().expect("a list");
    assert!(listed.iter().all(|setting| setting["on"] == true) && listed.len() > 8);
    assert_eq!(wanted["quiet"], json!({ "on": false, "from_minute": 1320, "to_minute": 480, "time_zone": "Asia/Shanghai" }));
    wanted["kinds"] = json!([{ "kind": "org.role_changed", "on": false }]);
    wanted["quiet"] = json!({ "on": true, "from_minute": 0, "to_minute": 0, "time_zone": "Europe/Berlin" });
    want(&bob, &wanted).await.ok();
    let kept = bob.get(SETTINGS).await.ok();
    assert_eq!(kept["quiet"], wanted["quiet"]);
    let off: Vec<&Value> = kept["kinds"].as_array().expect("a list").iter().filter(|setting| setting["on"] == false).collect();
    assert_eq!(off, [&wanted["kinds"][0]]);
    office.owner().patch(&format!("/api/org/members/{}", bob.id), json!({ "role": "admin" })).await.ok();
    assert_eq!(kinds(&bob).await, [] as [&str; 0]);
    assert_eq!(office.owner().get(SETTINGS).await.ok()["quiet"]["on"], false, "each has their own");
}

#[tokio::test]
async fn wishes_that_cannot_be_are_refused_with_the_field() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let quiet = |from: i64, zone: &str| json!({ "on": true, "from_minute": from, "to_minute": 480, "time_zone": zone });
    let unknown = json!({ "kinds": [{ "kind": "gossip.spread", "on": true }], "quiet": quiet(0, "UTC") });
    assert_eq!(want(&bob, &unknown).await.refused("notify.unknown_kind")["field"], "kinds");
    let late = json!({ "kinds": [], "quiet": quiet(1440, "UTC") });
    assert_eq!(want(&bob, &late).await.refused("notify.quiet")["field"], "from_minute");
    let nowhere = json!({ "kinds": [], "quiet": quiet(0, "Over the rainbow") });
    assert_eq!(want(&bob, &nowhere).await.refused("notify.quiet")["field"], "time_zone");
}
