//! The office is killed while people write, again and again, and opened over the same data: whoever asks afterwards has
//! everything, once.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Office, Person};

use crate::chat_sync::{Device, Dice, something_happens};

const ALL: &str = "/api/chat/conversations";
const SEEDS: [u64; 4] = [1, 2, 3, 4];
const LIVES: usize = 4;
const ROUNDS: usize = 15;
const AT_ONCE: usize = 6;

/// Says by which seed a story broke.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed was {}", self.0);
        }
    }
}

/// Sends several messages at once and stops waiting for them in the middle; gives what was sent.
async fn send_into_the_end(dice: &mut Dice, people: &[Person], kiln: &str, life: usize) -> Vec<(usize, Value)> {
    let sent: Vec<(usize, Value)> = (0..AT_ONCE)
        .map(|number| {
            (dice.below(people.len()), json!({ "client_id": format!("end {life} {number}"), "text": format!("end {life} {number}") }))
        })
        .collect();
    let patience = dice.below(40);
    let path = format!("{kiln}/messages");
    let sending = join_all(sent.iter().map(|(who, body)| people[*who].post(&path, body.clone())));
    let mut turns = 0;
    let impatience = poll_fn(|context| {
        turns += 1;
        context.waker().wake_by_ref();
        if turns > patience { Poll::Ready(()) } else { Poll::Pending }
    });
    tokio::select! {
        _ = sending => {}
        () = impatience => {}
    }
    sent
}

/// Sends what was not answered again, under the same ids; says how much of it had been written.
async fn send_again(people: &[Person], kiln: &str, unanswered: &mut Vec<(usize, Value)>) -> usize {
    let mut found = 0;
    for (who, body) in unanswered.drain(..) {
        let answer = people[who].post(&format!("{kiln}/messages"), body).await;
        assert!(answer.status.is_success(), "{answer:?}");
        found += usize::from(answer.status == StatusCode::OK);
    }
    found
}

/// Says how much of what was sent into the end of a life had been written.
async fn live(seed: u64) -> usize {
    let _seed = Seed(seed);
    let mut dice = Dice::new(seed);
    let mut office = Office::open().await;
    // What was on its way when the office was killed is complained of, and nothing else is.
    office.expects_complaint("closed");
    let mut people: Vec<Person> = office.members(["alice", "bob", "carol"]).await.into();
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    let made = people[0].post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    let kiln = format!("{ALL}/{}", made["id"].as_str().expect("an id"));
    let mut known: Vec<(BTreeMap<i64, Value>, i64)> = vec![(BTreeMap::new(), 0); 2 * people.len()];
    let mut unanswered: Vec<(usize, Value)> = Vec::new();
    let mut found = 0;
    for life in 0..LIVES {
        let mut devices = Vec::new();
        for (place, (messages, change)) in known.drain(..).enumerate() {
            let owner = &people[place / 2];
            devices.push(Device { owner, ears: owner.listen().await, known: messages, change });
        }
        found += send_again(&people, &kiln, &mut unanswered).await;
        for round in 0..ROUNDS {
            let who = dice.below(people.len());
            something_happens(&mut dice, &people[who], &kiln, life * ROUNDS + round).await;
            office.forward(Duration::from_millis(200)).await;
            if dice.below(8) == 0 {
                let place = dice.below(devices.len());
                devices[place].ask(&kiln).await;
            }
        }
        let mark = json!({ "client_id": format!("mark {life}"), "text": format!("mark {life}") });
        people[0].post(&format!("{kiln}/messages"), mark).await.created();
        for device in &mut devices {
            loop {
                let message = device.ears.hears("chat.message").await["message"].clone();
                if dice.below(5) > 0 {
                    device.hear(&message);
                }
                if message["text"] == format!("mark {life}") {
                    break;
                }
            }
        }
        known = devices.into_iter().map(|device| (device.known, device.change)).collect();
        office.forward(Duration::from_secs(5)).await;
        unanswered = send_into_the_end(&mut dice, &people, &kiln, life).await;
        office.reopen().await;
        people = people.iter().map(|person| office.leads(person)).collect();
    }
    found += send_again(&people, &kiln, &mut unanswered).await;
    let mut truth: Vec<Value> = Vec::new();
    loop {
        let after = truth.last().map_or(json!(0), |message| message["seq"].clone());
        let page = people[0].get(&format!("{kiln}/messages?after={after}&limit=100")).await.ok();
        truth.extend(page["messages"].as_array().expect("a list").iter().cloned());
        if page["has_after"] == false {
            break;
        }
    }
    let numbers: Vec<Option<i64>> = truth.iter().map(|message| message["seq"].as_i64()).collect();
    assert_eq!(numbers, (1..).take(truth.len()).map(Some).collect::<Vec<_>>(), "without a gap");
    let sent: Vec<(&Value, &Value)> = truth.iter().map(|message| (&message["sender_id"], &message["client_id"])).collect();
    let once: BTreeSet<String> = sent.iter().map(|(sender, client)| format!("{sender}{client}")).collect();
    assert_eq!(once.len(), sent.len(), "nothing twice");
    let ends = truth.iter().filter(|message| message["client_id"].as_str().is_some_and(|id| id.starts_with("end "))).count();
    assert_eq!(ends, LIVES * AT_ONCE, "nothing lost");
    for (place, (messages, change)) in known.into_iter().enumerate() {
        let owner = &people[place / 2];
        let mut device = Device { owner, ears: owner.listen().await, known: messages, change };
        device.ask(&kiln).await;
        assert_eq!(device.known.into_values().collect::<Vec<_>>(), truth, "device {place}");
    }
    found
}

#[tokio::test]
async fn devices_end_equal_however_often_the_office_is_killed() {
    let mut found = 0;
    for seed in SEEDS {
        found += live(seed).await;
    }
    let sent = SEEDS.len() * LIVES * AT_ONCE;
    assert!(found > 0 && found < sent, "some of what was on its way is written and some is not: {found} of {sent}");
}
