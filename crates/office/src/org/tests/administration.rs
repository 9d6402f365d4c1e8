//! What administrators do, and what is written down about it.

use serde_json::{Value, json};
use testkit::Office;

#[tokio::test]
async fn a_person_is_created_changed_disabled_and_comes_back() {
    let office = Office::open().await;
    let olga = office.owner();
    let body = json!({ "name": "Bob", "username": "bob", "title": "Mason", "employee_no": "QZ-0001" });
    let created = olga.post("/api/org/members", body).await.created();
    let password = created["password"].as_str().expect("a drawn password").to_owned();
    let path = format!("/api/org/members/{}", created["member"]["id"].as_str().expect("an id"));
    office.stranger().try_password("bob", &password).await.ok();
    let changed = olga.patch(&path, json!({ "name": "Robert", "username": "robert", "role": "admin" })).await.ok();
    assert_eq!((&changed["name"], &changed["title"], &changed["role"]), (&json!("Robert"), &json!("Mason"), &json!("admin")));
    let disabled = olga.post(&format!("{path}/disable"), json!({})).await.ok();
    assert_eq!(disabled["disabled"], true);
    office.stranger().try_password("robert", &password).await.refused("org.sign_in_failed");
    assert_eq!(olga.post(&format!("{path}/enable"), json!({})).await.ok()["disabled"], false);
    let reset = olga.post(&format!("{path}/reset-password"), json!({})).await.ok();
    office.stranger().try_password("robert", &password).await.refused("org.sign_in_failed");
    office.stranger().try_password("robert", reset["password"].as_str().expect("new")).await.ok();
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what() {
    let office = Office::open().await;
    let ann = office.admin("ann").await;
    let bob = office.member("bob").await;
    ann.patch(&format!("/api/org/members/{}", bob.id), json!({ "title": "Mason" })).await.ok();
    ann.post("/api/org/departments", json!({ "name": "Kiln" })).await.created();
    bob.get("/api/org/audit").await.refused("request.forbidden");
    let log = ann.get("/api/org/audit").await.ok();
    let lines: Vec<String> = log["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| {
            let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
            format!("{} {} {} {}", word(&entry["actor"]["name"]), word(&entry["action"]), word(&entry["subject"]), entry["details"])
        })
        .collect();
    assert_eq!(
        lines,
        [
            r#"Ann org.department_created Kiln {}"#,
            r#"Ann org.member_changed Bob {"title":["","Mason"]}"#,
            r#"Olga org.member_created Bob {"role":"member","username":"bob"}"#,
            r#"Olga org.member_created Ann {"role":"admin","username":"ann"}"#,
            r#"Olga org.set_up Brickworks {}"#,
        ]
    );
    let first = ann.get("/api/org/audit?limit=2").await.ok();
    let cursor = first["next_cursor"].as_str().expect("more").to_owned();
    let second = ann.get(&format!("/api/org/audit?limit=2&cursor={cursor}")).await.ok();
    assert_eq!(second["entries"][0]["subject"], "Bob");
    let by_action = ann.get("/api/org/audit?action=org.set_up").await.ok();
    assert_eq!(by_action["entries"].as_array().map(Vec::len), Some(1));
    let by_actor = ann.get(&format!("/api/org/audit?actor={}", ann.id)).await.ok();
    assert_eq!(by_actor["entries"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn only_owners_touch_owners_and_one_always_stays() {
    let office = Office::open().await;
    let olga = office.owner();
    let (ann, bob) = (office.admin("ann").await, office.member("bob").await);
    let of = |id: &str| format!("/api/org/members/{id}");
    ann.patch(&of(&olga.id), json!({ "name": "Nobody" })).await.refused("org.owner_only");
    ann.patch(&of(&bob.id), json!({ "role": "owner" })).await.refused("org.owner_only");
    ann.patch(&of(&bob.id), json!({ "role": "admin" })).await.ok();
    ann.post(&format!("{}/disable", of(&ann.id)), json!({})).await.refused("org.not_yourself");
    olga.patch(&of(&olga.id), json!({ "role": "member" })).await.refused("org.last_owner");
    olga.patch(&of(&ann.id), json!({ "role": "owner" })).await.ok();
    olga.patch(&of(&olga.id), json!({ "role": "member" })).await.ok();
    olga.get("/api/org/audit").await.refused("request.forbidden");
}

#[tokio::test]
async fn departments_are_moved_headed_and_removed() {
    let office = Office::open().await;
    let olga = office.owner();
    let create = async |name: &str, parent: Option<&Value>| {
        olga.post("/api/org/departments", json!({ "name": name, "parent_id": parent })).await.created()["id"].clone()
    };
    let lab = create("研发", None).await;
    let media = create("媒体组", Some(&lab)).await;
    let path = |id: &Value| format!("/api/org/departments/{}", id.as_str().unwrap_or_default());
    olga.patch(&path(&lab), json!({ "parent_id": media })).await.refused("org.department_cycle");
    olga.delete(&path(&lab)).await.refused("org.department_not_empty");
    let moved = olga.patch(&path(&media), json!({ "parent_id": null, "head_id": olga.id, "position": 0 })).await.ok();
    assert_eq!((&moved["parent_id"], &moved["head_id"]), (&Value::Null, &json!(olga.id)));
    let kept = olga.patch(&path(&media), json!({ "name": "媒体" })).await.ok();
    assert_eq!((&kept["name"], &kept["head_id"]), (&json!("媒体"), &json!(olga.id)));
    let unknown = json!({ "head_id": lab });
    olga.patch(&path(&media), unknown).await.refused("org.head_unknown");
    olga.post("/api/org/departments", json!({ "name": "a/b" })).await.refused("org.invalid");
    olga.delete(&path(&lab)).await.done();
    olga.delete(&path(&lab)).await.is_not_found();
    office.member("bob").await.post("/api/org/departments", json!({ "name": "x" })).await.refused("request.forbidden");
}
