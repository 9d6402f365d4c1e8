//! One's own profile, picture, password and devices.

use std::io::Cursor;

use axum::http::Method;
use image::{DynamicImage, ImageFormat};
use serde_json::json;
use testkit::{Office, minutes};

#[tokio::test]
async fn a_profile_is_changed_and_found_again() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let change = json!({ "name": "王伟", "status_text": "把复杂的留给自己", "email": "wei@office.example", "language": "zh-CN" });
    let me = bob.patch("/api/org/me", change).await.ok();
    assert_eq!((&me["member"]["name"], &me["member"]["language"]), (&json!("王伟"), &json!("zh-CN")));
    let found = office.owner().get("/api/org/members?q=wangwei").await.ok();
    assert_eq!(found["members"][0]["id"], bob.id);
    let taken = office.member("alice").await.patch("/api/org/me", json!({ "email": "wei@office.example" })).await;
    assert_eq!(taken.refused("org.taken")["field"], "email");
    let cleared = bob.patch("/api/org/me", json!({ "email": "" })).await.ok();
    assert!(cleared["member"]["email"].is_null());
}

#[tokio::test]
async fn a_picture_is_written_anew_in_two_sizes() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let mut file = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(300, 200).write_to(&mut file, ImageFormat::Png).expect("a picture");
    let put = async |kind: &str, bytes: Vec<u8>| bob.send(Method::PUT, "/api/org/me/avatar", kind, bytes).await;
    put("image/png", b"<svg/>".to_vec()).await.refused("org.not_an_image");
    put("text/html", file.get_ref().clone()).await.refused("request.content_type");
    put("image/png", vec![0; 9_000_000]).await.refused("request.too_large");
    let me = put("image/png", file.into_inner()).await.ok();
    let url = me["member"]["avatar_url"].as_str().expect("an address").to_owned();
    for (query, side) in [("", 256), ("?size=64", 64)] {
        let answer = office.stranger().get(&format!("{url}{query}")).await;
        assert!(answer.header("cache-control").contains("immutable"));
        let picture = image::load_from_memory(&answer.bytes).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (side, side));
    }
    let me = bob.delete("/api/org/me/avatar").await.ok();
    assert!(me["member"]["avatar_url"].is_null());
    bob.get(&url).await.is_not_found();
}

#[tokio::test]
async fn a_new_password_signs_the_other_devices_out() {
    let office = Office::open().await;
    let laptop = office.member("bob").await;
    let phone = office.sign_in("bob").await;
    let mut events = phone.listen().await;
    events.hears("hello").await;
    let wrong = json!({ "current": "not this one", "new": "a longer password" });
    assert_eq!(laptop.post("/api/org/me/password", wrong).await.refused("org.password_wrong")["field"], "current");
    let change = json!({ "current": laptop.password(), "new": "a longer password" });
    laptop.post("/api/org/me/password", change).await.done();
    laptop.get("/api/org/me").await.ok();
    phone.get("/api/org/me").await.refused("request.signed_out");
    while events.next().await.is_some() {}
    office.stranger().try_password("bob", laptop.password()).await.refused("org.sign_in_failed");
    office.stranger().try_password("bob", "a longer password").await.ok();
}

#[tokio::test]
async fn devices_are_listed_and_signed_out_one_by_one() {
    let office = Office::open().await;
    let laptop = office.member("bob").await;
    office.forward(minutes(5)).await;
    let phone = office.sign_in("bob").await;
    office.forward(minutes(5)).await;
    let list = laptop.get("/api/org/sessions").await.ok();
    let sessions = list["sessions"].as_array().expect("a list");
    let seen: Vec<(bool, i64)> =
        sessions.iter().map(|s| (s["current"] == true, (office.now_ms() - s["last_seen_at"].as_i64().unwrap_or(0)) / 60_000)).collect();
    assert_eq!(seen, [(true, 0), (false, 5)]);
    let other = sessions[1]["id"].as_str().expect("an id");
    office.owner().delete(&format!("/api/org/sessions/{other}")).await.is_not_found();
    laptop.delete(&format!("/api/org/sessions/{other}")).await.done();
    phone.get("/api/org/me").await.refused("request.signed_out");
}

#[tokio::test]
async fn passwords_changed_and_devices_signed_out_are_in_the_audit_log() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let phone = office.sign_in("bob").await;
    let session = phone.get("/api/org/me").await.ok()["session_id"].as_str().expect("an id").to_owned();
    bob.delete(&format!("/api/org/sessions/{session}")).await.done();
    bob.delete(&format!("/api/org/sessions/{session}")).await.is_not_found();
    let wrong = json!({ "current": "not this one", "new": "a longer password" });
    bob.post("/api/org/me/password", wrong).await.refused("org.password_wrong");
    bob.post("/api/org/me/password", json!({ "current": bob.password(), "new": "a longer password" })).await.done();
    bob.post("/api/org/sign-out", json!({})).await.done();
    let log = office.owner().get(&format!("/api/org/audit?actor={}", bob.id)).await.ok();
    let acts: Vec<_> = log["entries"].as_array().expect("a list").iter().map(|entry| entry["action"].as_str().unwrap_or("?")).collect();
    assert_eq!(acts, ["org.password_changed", "org.session_ended"], "what failed is no act, and leaving is nobody's business");
}
