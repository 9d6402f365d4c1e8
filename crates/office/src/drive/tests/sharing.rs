//! Links: whoever has one gets in, with the password it asks for, until it ends.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person, hours, minutes};

async fn own(who: &Person) -> String {
    who.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].as_str().expect("one's own").to_owned()
}

async fn shared(who: &Person, entry: &str, how: Value) -> (Value, String) {
    let link = who.post(&format!("/api/drive/entries/{entry}/links"), how).await.created();
    let token = link["token"].as_str().expect("its secret").to_owned();
    (link, token)
}

async fn content(visitor: &Person, token: &str, ticket: &Value, more: &str) -> testkit::Answer {
    visitor.get(&format!("/api/drive/shared/{token}/content?ticket={}{more}", ticket.as_str().unwrap_or_default())).await
}

#[tokio::test]
async fn whoever_has_the_link_gets_in_until_it_ends() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let visitor = office.stranger();
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "hello").await;
    let (link, token) = shared(&alice, &file, json!({})).await;
    assert_eq!(link["url"], format!("https://office.example/s/{token}"));
    let path = format!("/api/drive/shared/{token}");
    let opened = visitor.post(&path, json!({})).await.ok();
    assert_eq!((&opened["entry"]["name"], &opened["by"]["name"], &opened["download"]), (&json!("a.txt"), &json!("Alice"), &json!(true)));
    assert_eq!(content(&visitor, &token, &opened["ticket"], "").await.bytes, b"hello");
    let saved = content(&visitor, &token, &opened["ticket"], "&download=1").await;
    assert!(saved.header("content-disposition").starts_with("attachment"));
    content(&visitor, &token, &json!("made-up"), "").await.is_not_found();
    visitor.get(&format!("/api/drive/shared/{token}/content")).await.is_not_found();
    let listed = alice.get(&format!("/api/drive/entries/{file}/links")).await.ok();
    let told = &listed["links"][0];
    assert_eq!((&told["visits"], &told["token"], &told["url"]), (&json!(1), &Value::Null, &Value::Null));
    assert_eq!(alice.get(&format!("/api/drive/entries/{file}")).await.ok()["shared"], true);
    let id = link["id"].as_str().expect("an id");
    office.member("bob").await.delete(&format!("/api/drive/links/{id}")).await.is_not_found();
    alice.delete(&format!("/api/drive/entries/{file}")).await.done();
    visitor.post(&path, json!({})).await.refused("drive.link_over");
    alice.post(&format!("/api/drive/entries/{file}/restore"), json!({})).await.ok();
    alice.delete(&format!("/api/drive/links/{id}")).await.done();
    visitor.post(&path, json!({})).await.is_not_found();
    content(&visitor, &token, &opened["ticket"], "").await.is_not_found();
    for act in ["drive.link_created", "drive.link_ended"] {
        let audit = office.owner().get(&format!("/api/org/audit?action={act}")).await.ok();
        assert_eq!(audit["entries"][0]["subject"], "a.txt");
    }
}

#[tokio::test]
async fn a_password_is_asked_for_and_not_guessed() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let visitor = office.stranger();
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "hello").await;
    let links = format!("/api/drive/entries/{file}/links");
    alice.post(&links, json!({ "password": "abc" })).await.refused("drive.invalid");
    let (link, token) = shared(&alice, &file, json!({ "password": "k7m2", "download": false })).await;
    assert_eq!(link["has_password"], true);
    let path = format!("/api/drive/shared/{token}");
    visitor.post(&path, json!({})).await.refused("drive.password_needed");
    visitor.post(&path, json!({ "password": "k7m3" })).await.refused("drive.wrong_password");
    let opened = visitor.post(&path, json!({ "password": "k7m2" })).await.ok();
    content(&visitor, &token, &opened["ticket"], "").await.ok();
    content(&visitor, &token, &opened["ticket"], "&download=1").await.refused("drive.no_download");
    for _ in 0..17 {
        visitor.post(&path, json!({ "password": "guess" })).await.refused("drive.wrong_password");
    }
    let refused = visitor.post(&path, json!({ "password": "k7m2" })).await;
    refused.refused("request.too_many");
    assert_eq!(refused.header("retry-after"), "31");
    content(&visitor, &token, &opened["ticket"], "").await.ok();
    office.forward(minutes(11)).await;
    visitor.post(&path, json!({ "password": "k7m2" })).await.ok();
    office.forward(hours(13)).await;
    content(&visitor, &token, &opened["ticket"], "").await.is_not_found();
}

#[tokio::test]
async fn a_link_is_over_when_its_time_is_or_when_the_organisation_wants_none() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let visitor = office.stranger();
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "hello").await;
    let past = json!({ "expires_at": office.now_ms() });
    alice.post(&format!("/api/drive/entries/{file}/links"), past).await.refused("drive.invalid");
    let (_, brief) = shared(&alice, &file, json!({ "expires_at": office.now_ms() + 60_000 })).await;
    let (_, lasting) = shared(&alice, &file, json!({})).await;
    let opened = visitor.post(&format!("/api/drive/shared/{brief}"), json!({})).await.ok();
    office.forward(minutes(1)).await;
    visitor.post(&format!("/api/drive/shared/{brief}"), json!({})).await.refused("drive.link_over");
    content(&visitor, &brief, &opened["ticket"], "").await.refused("drive.link_over");
    visitor.post(&format!("/api/drive/shared/{lasting}"), json!({})).await.ok();
    let settings = json!({ "member_quota_bytes": 0, "organisation_quota_bytes": 0, "retention_days": 0, "bin_days": 30, "versions_kept": 20,
        "links_allowed": false });
    alice.ask(Method::PUT, "/api/drive/settings", Some(&settings)).await.refused("request.forbidden");
    office.owner().ask(Method::PUT, "/api/drive/settings", Some(&settings)).await.ok();
    visitor.post(&format!("/api/drive/shared/{lasting}"), json!({})).await.refused("drive.link_over");
    alice.post(&format!("/api/drive/entries/{file}/links"), json!({})).await.refused("drive.no_links");
}

#[tokio::test]
async fn a_shared_folder_shows_what_is_in_it_and_nothing_else() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let visitor = office.stranger();
    let space = own(&alice).await;
    let made = alice.post(&format!("/api/drive/spaces/{space}/folders"), json!({ "name": "docs" })).await.created();
    let docs = made["id"].as_str().expect("an id").to_owned();
    let made = alice.post(&format!("/api/drive/spaces/{space}/folders"), json!({ "name": "deep", "folder_id": docs })).await.created();
    let deep = made["id"].as_str().expect("an id").to_owned();
    let inside = alice.upload(&[("space", &space), ("folder", &deep), ("filename", "in.txt")], "in").await;
    let outside = alice.upload(&[("space", &space), ("filename", "out.txt")], "out").await;
    let (_, token) = shared(&alice, &docs, json!({})).await;
    let opened = visitor.post(&format!("/api/drive/shared/{token}"), json!({})).await.ok();
    let names: Vec<&Value> = opened["children"].as_array().expect("a list").iter().map(|child| &child["name"]).collect();
    assert_eq!(names, ["deep", "in.txt"]);
    let ticket = &opened["ticket"];
    assert_eq!(content(&visitor, &token, ticket, &format!("&entry={inside}")).await.bytes, b"in");
    content(&visitor, &token, ticket, &format!("&entry={outside}")).await.is_not_found();
    content(&visitor, &token, ticket, "").await.is_not_found();
    alice.delete(&format!("/api/drive/entries/{inside}")).await.done();
    content(&visitor, &token, ticket, &format!("&entry={inside}")).await.is_not_found();
}
