//! One's own notices: read, unread, removed, brought back, the same on every device, and nobody else's.

use serde_json::{Value, json};
use testkit::{Office, Person, days};

const NOTICES: &str = "/api/notify/notices";

/// Plans meetings of these titles that Bob is invited to.
async fn invite(office: &Office, host: &Person, bob: &Person, titles: impl IntoIterator<Item = String>) {
    for title in titles {
        let body = json!({ "kind": "scheduled", "title": title, "starts_at": office.now_ms() + 3_600_000, "invitee_ids": [bob.id] });
        host.post("/api/meetings", body).await.created();
    }
}

fn titles(page: &Value) -> Vec<&str> {
    let notices = page["notices"].as_array().expect("a list").iter();
    notices.map(|notice| notice["title"].as_str().unwrap_or_default()).collect()
}

fn id(page: &Value, at: usize) -> String {
    page["notices"][at]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn what_is_read_on_one_device_is_read_on_all() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (mut one, mut other) = (bob.listen().await, bob.listen().await);
    invite(&office, &alice, &bob, ["Kiln".to_owned()]).await;
    for ears in [&mut one, &mut other] {
        let heard = ears.hears("notify.new").await;
        let notice = &heard["notice"];
        assert_eq!(
            (&notice["kind"], &notice["title"], &notice["actor"]["name"]),
            (&json!("meetings.invited"), &json!("Kiln"), &json!("Alice"))
        );
        assert_eq!((&heard["unread"], &notice["read"]), (&json!(1), &json!(false)));
    }
    let page = bob.get(NOTICES).await.ok();
    let marked = bob.post(&format!("{NOTICES}/read"), json!({ "ids": [id(&page, 0)] })).await.ok();
    assert_eq!(marked, json!({ "ids": [id(&page, 0)], "unread": 0 }));
    assert_eq!(other.hears("notify.read").await["unread"], 0);
    let again = bob.post(&format!("{NOTICES}/read"), json!({ "ids": [id(&page, 0)] })).await.ok();
    assert_eq!(again["ids"], json!([]), "what is read already is not read again");
    assert_eq!(titles(&bob.get(&format!("{NOTICES}?unread=true")).await.ok()), [] as [&str; 0]);
}

#[tokio::test]
async fn pages_follow_one_another_and_a_mark_up_to_one_can_be_undone() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    invite(&office, &alice, &bob, (1..=5).map(|number| number.to_string())).await;
    let first = bob.get(&format!("{NOTICES}?limit=2")).await.ok();
    assert_eq!((titles(&first), &first["unread"]), (vec!["5", "4"], &json!(5)));
    let cursor = first["next_cursor"].as_str().expect("more");
    let second = bob.get(&format!("{NOTICES}?limit=3&cursor={cursor}")).await.ok();
    assert_eq!((titles(&second), &second["next_cursor"]), (vec!["3", "2", "1"], &Value::Null));
    let marked = bob.post(&format!("{NOTICES}/read"), json!({ "up_to": id(&second, 0) })).await.ok();
    assert_eq!((marked["ids"].as_array().map(Vec::len), &marked["unread"]), (Some(3), &json!(2)));
    bob.post(&format!("{NOTICES}/unread"), json!({ "ids": marked["ids"] })).await.done();
    assert_eq!(bob.get(NOTICES).await.ok()["unread"], 5);
    bob.get(&format!("{NOTICES}?cursor=rubbish")).await.refused("request.cursor");
}

#[tokio::test]
async fn what_is_removed_can_be_brought_back_for_a_while() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    invite(&office, &alice, &bob, ["Kiln".to_owned()]).await;
    let path = format!("{NOTICES}/{}", id(&bob.get(NOTICES).await.ok(), 0));
    bob.post(&format!("{path}/restore"), json!({})).await.is_not_found();
    bob.delete(&path).await.done();
    bob.delete(&path).await.is_not_found();
    assert_eq!(bob.get(NOTICES).await.ok(), json!({ "notices": [], "next_cursor": null, "unread": 0 }));
    bob.post(&format!("{path}/restore"), json!({})).await.done();
    assert_eq!(titles(&bob.get(NOTICES).await.ok()), ["Kiln"]);
    bob.delete(&path).await.done();
    office.forward(days(1)).await;
    bob.post(&format!("{path}/restore"), json!({})).await.is_not_found();
}

#[tokio::test]
async fn nobody_else_sees_or_marks_them() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let eve = office.owner_elsewhere().await;
    invite(&office, &alice, &bob, ["Kiln".to_owned()]).await;
    let notice = id(&bob.get(NOTICES).await.ok(), 0);
    for stranger in [&alice, &carol, &eve, office.owner()] {
        assert_eq!(titles(&stranger.get(NOTICES).await.ok()), [] as [&str; 0]);
        stranger.delete(&format!("{NOTICES}/{notice}")).await.is_not_found();
        stranger.post(&format!("{NOTICES}/{notice}/restore"), json!({})).await.is_not_found();
        for which in [json!({ "ids": [notice] }), json!({ "up_to": notice })] {
            assert_eq!(stranger.post(&format!("{NOTICES}/read"), which).await.ok()["ids"], json!([]));
        }
    }
    bob.post(&format!("{NOTICES}/read"), json!({ "ids": [notice] })).await.ok();
    carol.post(&format!("{NOTICES}/unread"), json!({ "ids": [notice] })).await.done();
    assert_eq!(bob.get(NOTICES).await.ok()["unread"], 0);
}

#[tokio::test]
async fn no_more_are_kept_than_the_limit_and_none_for_ever() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    invite(&office, &alice, &bob, (1..=203).map(|number| number.to_string())).await;
    let page = bob.get(&format!("{NOTICES}?limit=100")).await.ok();
    assert_eq!((&page["unread"], titles(&page)[0]), (&json!(200), "203"), "the oldest three are gone");
    let too_many = vec![id(&page, 0); 201];
    bob.post(&format!("{NOTICES}/read"), json!({ "ids": too_many })).await.refused("notify.too_many");
    office.forward(days(31)).await;
    let bob = office.sign_in("bob").await;
    assert_eq!(titles(&bob.get(NOTICES).await.ok()), [] as [&str; 0]);
}

#[tokio::test]
async fn a_mark_says_which_in_two_languages() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let said = bob.post(&format!("{NOTICES}/read"), json!({})).await.refused("notify.which");
    assert_eq!((&said["field"], &said["message"]), (&json!("ids"), &json!("Say which notices are meant: either ids or up_to.")));
    let bob = bob.speaking("zh-CN");
    let said = bob.post(&format!("{NOTICES}/read"), json!({})).await.refused("notify.which");
    assert_eq!(said["message"], "说明是哪些通知：ids 或 up_to，选一个。");
}
