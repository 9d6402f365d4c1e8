//! Joining by a link.

use serde_json::json;
use testkit::{Office, hours};

fn form(username: &str) -> serde_json::Value {
    json!({ "name": "Newcomer", "username": username, "password": "a good password" })
}

#[tokio::test]
async fn a_link_lets_so_many_in_and_no_more() {
    let office = Office::open().await;
    let olga = office.owner();
    let kiln = olga.post("/api/org/departments", json!({ "name": "Kiln" })).await.created()["id"].clone();
    let wanted = json!({ "role": "member", "department_ids": [kiln], "expires_in_hours": 24, "max_uses": 2 });
    let invitation = olga.post("/api/org/invitations", wanted).await.created();
    let token = invitation["token"].as_str().expect("a token");
    assert_eq!(invitation["link"], format!("https://office.example/invite/{token}"));
    let path = format!("/api/org/invitations/by-token/{token}");
    let seen = office.stranger().get(&path).await.ok();
    assert_eq!((&seen["organisation_name"], &seen["invited_by"]), (&json!("Brickworks"), &json!("Olga")));
    let mut first = office.stranger();
    let me = first.sign_in_by(&format!("{path}/accept"), form("first")).await.created();
    assert_eq!(me["member"]["departments"][0]["name"], "Kiln");
    first.get("/api/org/me").await.ok();
    let taken = office.stranger().post(&format!("{path}/accept"), form("first")).await;
    taken.refused("org.taken");
    office.stranger().post(&format!("{path}/accept"), form("second")).await.created();
    office.stranger().post(&format!("{path}/accept"), form("third")).await.refused("org.link_expired");
    let list = olga.get("/api/org/invitations").await.ok();
    assert_eq!((&list["invitations"][0]["uses"], &list["invitations"][0]["max_uses"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn a_link_ends_by_time_or_by_hand() {
    let office = Office::open().await;
    let olga = office.owner();
    let invite = async || olga.post("/api/org/invitations", json!({ "expires_in_hours": 1 })).await.created();
    let path =
        |invitation: &serde_json::Value| format!("/api/org/invitations/by-token/{}", invitation["token"].as_str().unwrap_or_default());
    let (late, removed) = (invite().await, invite().await);
    olga.delete(&format!("/api/org/invitations/{}", removed["id"].as_str().expect("an id"))).await.done();
    office.stranger().get(&path(&removed)).await.refused("org.link_invalid");
    office.forward(hours(1)).await;
    office.stranger().get(&path(&late)).await.refused("org.link_expired");
    office.stranger().post(&format!("{}/accept", path(&late)), form("late")).await.refused("org.link_expired");
    let ann = office.admin("ann").await;
    ann.post("/api/org/invitations", json!({ "role": "owner" })).await.refused("org.owner_only");
    ann.post("/api/org/invitations", json!({ "max_uses": 0 })).await.refused("org.invalid");
    ann.post("/api/org/invitations", json!({ "department_ids": [ann.id] })).await.refused("org.department_unknown");
}
