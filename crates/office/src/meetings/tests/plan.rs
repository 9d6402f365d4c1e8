//! Planning: what is coming, what has been, and for whose eyes.

use serde_json::{Value, json};
use testkit::{Office, Person, hours, minutes};

const HOUR_MS: i64 = 3_600_000;

/// Plans a meeting that starts so much later.
async fn plan(office: &Office, who: &Person, title: &str, in_ms: i64, invitees: Value) -> Value {
    let body = json!({ "kind": "scheduled", "title": title, "starts_at": office.now_ms() + in_ms, "duration_minutes": 30, "invitee_ids": invitees });
    who.post("/api/meetings", body).await.created()
}

fn path(meeting: &Value) -> String {
    format!("/api/meetings/{}", meeting["id"].as_str().expect("an id"))
}

async fn titles(who: &Person, when: &str) -> Vec<String> {
    let list = who.get(&format!("/api/meetings?when={when}")).await.ok();
    let meetings = list["meetings"].as_array().expect("a list").iter();
    meetings.map(|meeting| meeting["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_plan_is_seen_by_those_it_concerns_and_by_nobody_else() {
    let office = Office::open().await;
    let (alice, bob, carol) = (office.member("alice").await, office.member("bob").await, office.member("carol").await);
    let eve = office.owner_elsewhere().await;
    let mut ears = bob.listen().await;
    let meeting = plan(&office, &alice, "Glaze", HOUR_MS, json!([bob.id, bob.id])).await;
    assert_eq!(ears.hears("meetings.changed").await["meeting_id"], meeting["id"]);
    assert_eq!(bob.get(&path(&meeting)).await.ok()["title"], "Glaze");
    assert_eq!(meeting["invitees"].as_array().map(Vec::len), Some(1), "each is invited once");
    for stranger in [&carol, &eve] {
        stranger.get(&path(&meeting)).await.is_not_found();
        stranger.get(&format!("{}/attendance", path(&meeting))).await.is_not_found();
        stranger.patch(&path(&meeting), json!({ "title": "Mine" })).await.is_not_found();
        stranger.delete(&path(&meeting)).await.is_not_found();
        assert_eq!(titles(stranger, "upcoming").await, [] as [&str; 0]);
    }
    assert_eq!((titles(&alice, "upcoming").await, titles(&bob, "upcoming").await), (vec!["Glaze".to_owned()], vec!["Glaze".to_owned()]));
}

#[tokio::test]
async fn hosts_edit_and_cancel_and_others_do_not() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let meeting = plan(&office, &alice, "Glaze", HOUR_MS, json!([bob.id])).await;
    bob.patch(&path(&meeting), json!({ "title": "Mine" })).await.refused("request.forbidden");
    bob.delete(&path(&meeting)).await.refused("request.forbidden");
    let start = office.now_ms() + 2 * HOUR_MS;
    let change = json!({ "title": " Glazes ", "starts_at": start, "invitee_ids": [], "settings": { "guests_allowed": false } });
    let edited = alice.patch(&path(&meeting), change).await.ok();
    assert_eq!((&edited["title"], &edited["starts_at"], &edited["guests_allowed"]), (&json!("Glazes"), &json!(start), &json!(false)));
    assert_eq!(edited["duration_minutes"], 30, "what is absent stays");
    bob.get(&path(&meeting)).await.is_not_found();
    alice.delete(&path(&meeting)).await.done();
    alice.delete(&path(&meeting)).await.done();
    assert_eq!(titles(&alice, "upcoming").await, [] as [&str; 0]);
    alice.patch(&path(&meeting), json!({ "title": "Again" })).await.refused("meetings.cancelled");
    let number = meeting["number"].as_str().expect("a number");
    alice.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.refused("meetings.cancelled");
}

#[tokio::test]
async fn plans_that_cannot_be_are_refused_with_the_field() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let eve = office.owner_elsewhere().await;
    let now = office.now_ms();
    let plan = async |change: Value| {
        let mut body = json!({ "kind": "scheduled", "title": "Glaze", "starts_at": now + HOUR_MS });
        for (key, value) in change.as_object().expect("fields") {
            body[key] = value.clone();
        }
        alice.post("/api/meetings", body).await
    };
    assert_eq!(plan(json!({ "starts_at": null })).await.refused("meetings.plan")["field"], "starts_at");
    assert_eq!(plan(json!({ "starts_at": now - HOUR_MS })).await.refused("meetings.plan")["field"], "starts_at");
    assert_eq!(plan(json!({ "title": "  " })).await.refused("meetings.plan")["field"], "title");
    assert_eq!(plan(json!({ "duration_minutes": 0 })).await.refused("meetings.plan")["field"], "duration_minutes");
    plan(json!({ "invitee_ids": [eve.id] })).await.refused("meetings.unknown_member");
    plan(json!({ "surprise": 1 })).await.refused("request.invalid");
}

#[tokio::test]
async fn what_is_coming_is_paged_in_its_order_and_what_nobody_held_passes() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    for number in 0..60 {
        // Pairs start at the same moment, so that a page may end between two of them.
        plan(&office, &alice, &format!("{number:02}"), HOUR_MS + number / 2 * 60_000, json!([])).await;
    }
    let mut seen: Vec<(i64, String)> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = alice.get(&format!("/api/meetings?when=upcoming{cursor}")).await.ok();
        let starts = page["meetings"].as_array().expect("a list").iter();
        seen.extend(starts.map(|m| (m["starts_at"].as_i64().unwrap_or_default(), m["id"].to_string())));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(seen.is_sorted());
    seen.dedup();
    assert_eq!(seen.len(), 60);
    office.forward(minutes(60 + 29 + 31)).await;
    assert_eq!(titles(&alice, "upcoming").await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_plan_long_past_its_end_is_over() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let meeting = plan(&office, &alice, "Glaze", HOUR_MS, json!([bob.id])).await;
    let door = format!("/api/meetings/by-number/{}", meeting["number"].as_str().expect("a number"));
    office.forward(hours(2)).await;
    assert_eq!(titles(&bob, "upcoming").await, [] as [&str; 0], "its time has passed");
    assert_eq!(bob.get(&door).await.ok()["state"], "scheduled", "and people may still come late");
    office.forward(hours(24)).await;
    assert_eq!(bob.get(&door).await.ok()["state"], "ended");
    assert_eq!(alice.get(&path(&meeting)).await.ok()["state"], "ended");
    alice.post(&format!("{door}/join"), json!({})).await.refused("meetings.ended");
}

#[tokio::test]
async fn calling_off_and_entering_at_once_end_in_one_of_the_two() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    for _ in 0..20 {
        let meeting = plan(&office, &alice, "Glaze", HOUR_MS, json!([bob.id])).await;
        let path = path(&meeting);
        let door = format!("/api/meetings/by-number/{}/join", meeting["number"].as_str().expect("a number"));
        let (called_off, entered) = tokio::join!(alice.delete(&path), bob.post(&door, json!({})));
        let state = alice.get(&path).await.ok()["state"].clone();
        match called_off.status.as_u16() {
            204 => {
                entered.refused("meetings.cancelled");
                assert_eq!(state, "cancelled");
            }
            _ => {
                called_off.refused("meetings.running");
                entered.ok();
                assert_eq!(state, "running");
            }
        }
    }
}

#[tokio::test]
async fn the_personal_room_stays_the_same_and_stays() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let room = alice.get("/api/meetings/personal").await.ok();
    assert_eq!(alice.get("/api/meetings/personal").await.ok()["number"], room["number"]);
    assert_ne!(office.owner().get("/api/meetings/personal").await.ok()["number"], room["number"]);
    alice.delete(&path(&room)).await.refused("meetings.personal");
    assert_eq!(titles(&alice, "upcoming").await, [] as [&str; 0]);
}
