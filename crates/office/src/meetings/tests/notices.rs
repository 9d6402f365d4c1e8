//! What members are told of meetings: invitations, changes, reminders, calls they missed.

use media::control::Participant;
use serde_json::{Value, json};
use testkit::{Office, Person, minutes, seconds};

const HOUR_MS: i64 = 3_600_000;

async fn plan(office: &Office, who: &Person, title: &str, invitees: &[&Person]) -> Value {
    let invitees: Vec<&str> = invitees.iter().map(|invitee| invitee.id.as_str()).collect();
    let body = json!({ "kind": "scheduled", "title": title, "starts_at": office.now_ms() + HOUR_MS, "invitee_ids": invitees });
    who.post("/api/meetings", body).await.created()
}

fn path(meeting: &Value) -> String {
    format!("/api/meetings/{}", meeting["id"].as_str().expect("an id"))
}

/// What somebody has not read, the latest first, in a line each.
async fn told(who: &Person) -> Vec<String> {
    let page = who.get("/api/notify/notices?unread=true").await.ok();
    let line = |notice: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let more = notice["data"]["context"].as_str().map(|word| format!(" {word}")).unwrap_or_default();
        let times = if notice["times"] == 1 { String::new() } else { format!(" ×{}", notice["times"]) };
        format!("{} {}: {}{more}{times}", text(&notice["actor"]["name"]), text(&notice["kind"]), text(&notice["title"]))
    };
    page["notices"].as_array().expect("a list").iter().map(line).collect()
}

#[tokio::test]
async fn those_invited_hear_of_every_change_and_the_one_who_made_it_does_not() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let meeting = plan(&office, &alice, "Glaze", &[&alice, &bob]).await;
    assert_eq!(told(&bob).await, ["Alice meetings.invited: Glaze"]);
    alice.patch(&path(&meeting), json!({ "title": "Glazes" })).await.ok();
    alice.patch(&path(&meeting), json!({ "starts_at": office.now_ms() + 2 * HOUR_MS, "invitee_ids": [bob.id, carol.id] })).await.ok();
    alice.patch(&path(&meeting), json!({ "duration_minutes": 45, "settings": { "mute_on_entry": true } })).await.ok();
    assert_eq!(told(&bob).await, ["Alice meetings.changed: Glazes moved ×2", "Alice meetings.invited: Glaze"]);
    assert_eq!(told(&carol).await, ["Alice meetings.invited: Glazes"]);
    alice.patch(&path(&meeting), json!({ "invitee_ids": [carol.id] })).await.ok();
    assert_eq!(told(&bob).await[0], "Alice meetings.uninvited: Glazes");
    alice.delete(&path(&meeting)).await.done();
    assert_eq!(told(&carol).await, ["Alice meetings.cancelled: Glazes", "Alice meetings.invited: Glazes"]);
    assert_eq!(told(&alice).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_plan_that_was_refused_is_told_to_nobody() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let eve = office.owner_elsewhere().await;
    let body = json!({ "kind": "scheduled", "starts_at": office.now_ms() + HOUR_MS, "invitee_ids": [bob.id, eve.id] });
    alice.post("/api/meetings", body).await.refused("meetings.unknown_member");
    alice.post("/api/meetings", json!({ "kind": "instant", "invitee_ids": [bob.id] })).await.created();
    assert_eq!(told(&bob).await, [] as [&str; 0], "whoever is to come at once is rung");
}

#[tokio::test]
async fn everybody_who_may_come_is_reminded_five_minutes_before() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let meeting = plan(&office, &alice, "Glaze", &[&bob]).await;
    alice.patch(&path(&meeting), json!({ "starts_at": office.now_ms() + 2 * HOUR_MS })).await.ok();
    office.forward(minutes(114)).await;
    assert_eq!(told(&alice).await, [] as [&str; 0], "it was moved");
    office.forward(minutes(1)).await;
    assert_eq!(told(&alice).await, ["- meetings.starting: Glaze"]);
    assert_eq!(told(&bob).await[0], "- meetings.starting: Glaze");
    let number = meeting["number"].as_str().expect("a number");
    bob.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    assert_eq!(told(&bob).await, [] as [&str; 0], "whoever enters has seen it all");
}

#[tokio::test]
async fn a_meeting_that_runs_or_was_called_off_needs_no_reminder() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let off = plan(&office, &alice, "Off", &[&bob]).await;
    alice.delete(&path(&off)).await.done();
    let on = plan(&office, &alice, "On", &[&bob]).await;
    let number = on["number"].as_str().expect("a number");
    office.media().seat(on["id"].as_str().expect("an id"), Vec::new());
    alice.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    office.forward(minutes(56)).await;
    assert_eq!(told(&alice).await, [] as [&str; 0]);
    assert!(!told(&bob).await.iter().any(|line| line.contains("starting")));
}

#[tokio::test]
async fn a_call_that_was_not_answered_is_told_and_counted() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let meeting = alice.post("/api/meetings", json!({ "kind": "instant", "title": "Kiln" })).await.created();
    let number = meeting["number"].as_str().expect("a number");
    alice.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    let ring = async || alice.post(&format!("{}/ring", path(&meeting)), json!({ "member_ids": [bob.id, carol.id] })).await.ok();
    for _ in 0..2 {
        ring().await;
        let call = carol.get("/api/meetings/calls").await.ok()["calls"][0]["id"].clone();
        carol.post(&format!("/api/meetings/calls/{}/decline", call.as_str().expect("an id")), json!({})).await.done();
        office.forward(seconds(45)).await;
    }
    assert_eq!(told(&bob).await, ["Alice meetings.missed_call: Kiln ×2"]);
    assert_eq!(told(&carol).await, [] as [&str; 0], "who declines has not missed it");
    bob.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    assert_eq!(told(&bob).await, [] as [&str; 0]);
    ring().await;
    alice.post(&format!("{}/end", path(&meeting)), json!({})).await.done();
    assert_eq!(told(&carol).await, ["Alice meetings.missed_call: Kiln"], "it ended while it rang");
}

#[tokio::test]
async fn a_planned_meeting_in_new_hands_is_told_to_them() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let meeting = plan(&office, &alice, "Glaze", &[&bob, &carol]).await;
    let number = meeting["number"].as_str().expect("a number");
    for who in [&alice, &bob, &carol] {
        who.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    }
    let seated = |who: &Person| Participant { identity: who.id.clone(), ..Participant::default() };
    office.media().seat(meeting["id"].as_str().expect("an id"), vec![seated(&alice), seated(&bob), seated(&carol)]);
    alice.post(&format!("{}/participants/{}/co-host", path(&meeting), bob.id), json!({ "co_host": true })).await;
    assert_eq!(told(&bob).await, ["Alice meetings.co_host: Glaze"]);
    alice.post(&format!("{}/host", path(&meeting)), json!({ "identity": carol.id })).await;
    assert_eq!(told(&carol).await, ["Alice meetings.host: Glaze"]);
    assert_eq!(told(&alice).await, [] as [&str; 0]);
}
