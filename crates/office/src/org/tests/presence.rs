//! Who is here, and how one hears of it.

use serde_json::json;
use testkit::{Office, seconds};

#[tokio::test]
async fn people_come_look_away_and_leave() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let mut ears = alice.listen().await;
    assert_eq!(ears.hears("hello").await["member_id"], alice.id);
    let mut device = bob.listen().await;
    device.hears("hello").await;
    let mut heard = Vec::new();
    let hear = async |ears: &mut testkit::Socket| {
        loop {
            let event = ears.hears("presence").await;
            if event["member_id"] == bob.id {
                return event["presence"].as_str().unwrap_or("?").to_owned();
            }
        }
    };
    heard.push(hear(&mut ears).await);
    device.say(&json!({ "type": "presence", "state": "idle" })).await;
    heard.push(hear(&mut ears).await);
    let away = alice.get("/api/org/members?presence=away").await.ok();
    assert_eq!((&away["total"], &away["members"][0]["id"]), (&json!(1), &json!(bob.id)));
    device.say(&json!({ "type": "presence", "state": "active" })).await;
    heard.push(hear(&mut ears).await);
    device.say(&json!({ "type": "something newer" })).await;
    drop(device);
    heard.push(hear(&mut ears).await);
    assert_eq!(heard, ["online", "away", "online", "offline"]);
    let offline = alice.get("/api/org/members?presence=offline").await.ok();
    assert_eq!(offline["total"], 2, "Bob and Olga");
}

async fn presence(who: &testkit::Person, of: &testkit::Person) -> String {
    let member = who.get(&format!("/api/org/members/{}", of.id)).await.ok();
    member["presence"].as_str().unwrap_or("?").to_owned()
}

#[tokio::test]
async fn several_devices_are_one_person() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let mut ears = alice.listen().await;
    let (mut phone, mut laptop) = (bob.listen().await, bob.listen().await);
    phone.hears("hello").await;
    laptop.hears("hello").await;
    let hear = async |ears: &mut testkit::Socket| loop {
        let event = ears.hears("presence").await;
        if event["member_id"] == bob.id {
            return event["presence"].as_str().unwrap_or("?").to_owned();
        }
    };
    let mut heard = vec![hear(&mut ears).await];
    phone.say(&json!({ "type": "presence", "state": "idle" })).await;
    assert_eq!(presence(&alice, &bob).await, "online", "the laptop is in use");
    laptop.say(&json!({ "type": "presence", "state": "idle" })).await;
    heard.push(hear(&mut ears).await);
    phone.say(&json!({ "type": "presence", "state": "active" })).await;
    heard.push(hear(&mut ears).await);
    drop(phone);
    heard.push(hear(&mut ears).await);
    drop(laptop);
    heard.push(hear(&mut ears).await);
    assert_eq!(heard, ["online", "away", "online", "away", "offline"]);
}

#[tokio::test]
async fn a_device_that_vanishes_without_a_word_is_gone_after_a_minute() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let mut killed = bob.listen().await;
    killed.hears("hello").await;
    // From here on it answers to nothing, and nobody closes its connection.
    office.forward(seconds(50)).await;
    assert_eq!(presence(&alice, &bob).await, "online");
    let seen = office.now_ms();
    office.forward(seconds(26)).await;
    assert_eq!(presence(&alice, &bob).await, "offline");
    let member = alice.get(&format!("/api/org/members/{}", bob.id)).await.ok();
    assert!(member["last_seen_at"].as_i64().is_some_and(|at| at >= seen), "{member}");
}

#[tokio::test]
async fn when_somebody_was_last_seen_is_told_before_it_is_kept() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let mut device = bob.listen().await;
    device.hears("hello").await;
    let mut ears = alice.listen().await;
    ears.hears("hello").await;
    // Nothing about Bob can be written while somebody else is at it.
    let mut busy = office.db().begin().await.expect("it begins");
    let held = kernel::sql!("UPDATE org_members SET name = name");
    busy.ask(held).run().await.expect("it is held");
    drop(device);
    while ears.hears("presence").await["presence"] != "offline" {}
    let member = alice.glance(&format!("/api/org/members/{}", bob.id)).await.ok();
    assert_eq!(member["last_seen_at"], office.now_ms(), "{member}");
    drop(busy);
}

#[tokio::test]
async fn nobody_is_cut_off_for_hearing_of_many_who_come_and_go() {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let (mut listener, mut restless) = (alice.listen().await, bob.listen().await);
    // More than may wait for one device; it reads none of it meanwhile.
    for turn in 0..4_000 {
        let state = if turn % 2 == 0 { "idle" } else { "active" };
        restless.say(&json!({ "type": "presence", "state": state })).await;
        restless.hears("presence").await;
    }
    let mut kinds = Vec::new();
    while kinds.last() != Some(&json!("missed")) {
        kinds.push(listener.next().await.expect("it is not cut off")["type"].clone());
    }
    office.owner().post("/api/org/departments", json!({ "name": "Kiln" })).await.created();
    listener.hears("org.changed").await;
}

#[tokio::test]
async fn a_change_is_heard_by_every_device_of_the_organisation_only() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let eve = office.owner_elsewhere().await;
    let (mut here, mut elsewhere) = (bob.listen().await, eve.listen().await);
    office.owner().post("/api/org/departments", json!({ "name": "Kiln" })).await.created();
    here.hears("org.changed").await;
    eve.post("/api/org/departments", json!({ "name": "Attic" })).await.created();
    let mut kinds = Vec::new();
    while kinds.last() != Some(&json!("org.changed")) {
        kinds.push(elsewhere.next().await.expect("an event")["type"].clone());
    }
    assert_eq!(kinds.iter().filter(|kind| *kind == "org.changed").count(), 1);
}
