//! Finding people.

use serde_json::{Value, json};
use testkit::{Office, Person};

/// The usernames of a list, in its order.
async fn names(who: &Person, query: &str) -> Vec<String> {
    let list = who.get(&format!("/api/org/members{query}")).await.ok();
    let members = list["members"].as_array().expect("a list").iter();
    members.map(|m| m["username"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn add(office: &Office, name: &str, username: &str, departments: Value) -> String {
    let body = json!({ "name": name, "username": username, "departments": departments, "phone": "" });
    let created = office.owner().post("/api/org/members", body).await.created();
    created["member"]["id"].as_str().expect("an id").to_owned()
}

async fn department(office: &Office, name: &str, parent: Option<&str>) -> String {
    let body = json!({ "name": name, "parent_id": parent });
    let created = office.owner().post("/api/org/departments", body).await.created();
    created["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn people_are_found_by_name_pinyin_and_number() {
    let office = Office::open().await;
    let olga = office.owner();
    add(&office, "陈晓岚", "xiaolan", json!([])).await;
    add(&office, "单丽", "li.shan", json!([])).await;
    let anna = add(&office, "Anna Schmidt", "anna", json!([])).await;
    olga.patch(&format!("/api/org/members/{anna}"), json!({ "phone": "138 0000 2046" })).await.ok();
    for (query, found) in
        [("陈", "xiaolan"), ("chenxiao", "xiaolan"), ("CXL", "xiaolan"), ("dl", "li.shan"), ("schmidt", "anna"), ("00002046", "anna")]
    {
        let query = format!("?q={}", query.replace('陈', "%E9%99%88"));
        assert_eq!(names(olga, &query).await, [found], "{query}");
    }
    assert_eq!(names(olga, "?q=100%25").await, [] as [&str; 0]);
    assert_eq!(names(olga, "").await, ["anna", "xiaolan", "li.shan", "olga"]);
}

#[tokio::test]
async fn a_department_lists_its_own_people_in_its_own_order() {
    let office = Office::open().await;
    let olga = office.owner();
    let lab = department(&office, "研发", None).await;
    let media = department(&office, "媒体组", Some(&lab)).await;
    add(&office, "Zoe", "zoe", json!([{ "id": lab, "title": "Head" }])).await;
    add(&office, "Adam", "adam", json!([{ "id": lab }, { "id": media, "title": "Engineer" }])).await;
    add(&office, "Mia", "mia", json!([{ "id": media }])).await;
    assert_eq!(names(olga, &format!("?department={lab}")).await, ["zoe", "adam"]);
    assert_eq!(names(olga, &format!("?department={lab}&recursive=true")).await, ["zoe", "adam", "mia"]);
    let tree = olga.get("/api/org/departments").await.ok();
    let counts: Vec<(&Value, &Value)> =
        tree["departments"].as_array().expect("a list").iter().map(|d| (&d["name"], &d["member_count"])).collect();
    assert_eq!(counts, [(&json!("研发"), &json!(3)), (&json!("媒体组"), &json!(2))]);
    let adam = olga.get("/api/org/members?q=adam").await.ok();
    let places = adam["members"][0]["departments"].as_array().expect("a list").clone();
    assert_eq!((places.len(), &places[1]["title"]), (2, &json!("Engineer")));
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let office = Office::open().await;
    for number in 0..7 {
        add(&office, "Same Name", &format!("same{number}"), json!([])).await;
    }
    let mut seen = Vec::new();
    let mut query = "?limit=3".to_owned();
    for pages in 1.. {
        let page = office.owner().get(&format!("/api/org/members{query}")).await.ok();
        assert_eq!(page["total"], 8);
        seen.extend(page["members"].as_array().expect("a list").iter().map(|m| m["id"].clone()));
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("?limit=3&cursor={cursor}"),
            None => {
                assert_eq!(pages, 3);
                break;
            }
        }
    }
    assert_eq!(seen.len(), 8);
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 8);
}

#[tokio::test]
async fn who_is_disabled_is_for_administrators_to_see() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let zoe = add(&office, "Zoe", "zoe", json!([])).await;
    office.owner().post(&format!("/api/org/members/{zoe}/disable"), json!({})).await.ok();
    assert_eq!(names(&bob, "").await, ["bob", "olga"]);
    bob.get("/api/org/members?status=all").await.refused("request.forbidden");
    assert_eq!(names(office.owner(), "?status=disabled").await, ["zoe"]);
    assert_eq!(names(office.owner(), "?status=all").await, ["bob", "olga", "zoe"]);
}
