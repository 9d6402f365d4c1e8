//! Administrators hand groups over, and see no more of them than they must.

use serde_json::{Value, json};
use testkit::{Office, Person};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, title: &str, others: &[&Person]) -> Value {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    who.post(ALL, json!({ "kind": "group", "title": title, "member_ids": ids })).await.created()
}

fn path(conversation: &Value) -> String {
    format!("{ALL}/{}", conversation["id"].as_str().expect("an id"))
}

fn groups_of(person: &Person) -> String {
    format!("/api/chat/members/{}/groups", person.id)
}

async fn role(who: &Person, conversation: &Value, person: &Person) -> Value {
    let members = who.get(&format!("{}/members", path(conversation))).await.ok();
    let one = members["members"].as_array().and_then(|all| all.iter().find(|member| member["member_id"] == json!(person.id)).cloned());
    one.map_or(Value::Null, |member| member["role"].clone())
}

#[tokio::test]
async fn groups_go_to_whom_the_administrator_says() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let olga = office.owner();
    let (kiln, glaze) = (group(&alice, "Kiln", &[&bob]).await, group(&alice, "Glaze", &[&bob]).await);
    group(&bob, "His", &[&alice]).await;
    let listed = olga.get(&groups_of(&alice)).await.ok();
    let expected = [
        json!({ "id": glaze["id"], "title": "Glaze", "member_count": 2 }),
        json!({ "id": kiln["id"], "title": "Kiln", "member_count": 2 }),
    ];
    assert_eq!(listed["groups"], json!(expected));
    let hand_over = format!("{}/hand_over", groups_of(&alice));
    olga.post(&hand_over, json!({ "to": carol.id, "conversations": [kiln["id"]] })).await.done();
    assert_eq!([role(&bob, &kiln, &carol).await, role(&bob, &kiln, &alice).await], [json!("owner"), json!("admin")]);
    assert_eq!(role(&bob, &glaze, &alice).await, "owner");
    let last = bob.get(&path(&kiln)).await.ok()["last_message"]["data"].clone();
    let said = (&last["event"], &last["actor_id"], &last["member_ids"]);
    assert_eq!(said, (&json!("owner_changed"), &json!(olga.id), &json!([carol.id])));
    olga.get(&path(&kiln)).await.is_not_found();
    olga.post(&hand_over, json!({ "to": bob.id })).await.done();
    assert_eq!(role(&bob, &glaze, &bob).await, "owner");
    let told = bob.get("/api/notify/notices").await.ok();
    let told = told["notices"].as_array().expect("a list").iter().find(|notice| notice["kind"] == "chat.handed_over").expect("one");
    assert_eq!((&told["title"], &told["data"]["count"]), (&json!("Glaze"), &json!(1)));
    assert_eq!(olga.get(&groups_of(&alice)).await.ok()["groups"], json!([]));
    let audit = olga.get("/api/org/audit?action=chat.handed_over").await.ok();
    assert_eq!(audit["entries"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn nobody_else_may_and_nothing_goes_to_nobody() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let olga = office.owner();
    let (kiln, his) = (group(&alice, "Kiln", &[&bob]).await, group(&bob, "His", &[]).await);
    bob.get(&groups_of(&alice)).await.refused("request.forbidden");
    let hand_over = format!("{}/hand_over", groups_of(&alice));
    bob.post(&hand_over, json!({ "to": bob.id })).await.refused("request.forbidden");
    olga.post(&hand_over, json!({ "to": bob.id, "conversations": [his["id"]] })).await.is_not_found();
    olga.post(&hand_over, json!({ "to": alice.id })).await.refused("chat.invalid");
    olga.post(&format!("/api/org/members/{}/disable", carol.id), json!({})).await.ok();
    olga.post(&hand_over, json!({ "to": carol.id })).await.refused("chat.unknown_member");
    assert_eq!(role(&bob, &kiln, &alice).await, "owner");
    assert_eq!(olga.get(&groups_of(&carol)).await.ok()["groups"], json!([]));
    olga.get("/api/chat/members/00000000-0000-7000-8000-000000000000/groups").await.is_not_found();
}
