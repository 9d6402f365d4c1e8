//! Devices that miss hints, and are right all the same once they have asked what they have missed.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person, Socket};

const ALL: &str = "/api/chat/conversations";
const ROUNDS: usize = 120;

/// A small generator, so that a run can be repeated by its seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}

/// One device: what it knows, by the numbers of the messages, and up to which change.
pub(crate) struct Device<'a> {
    pub(crate) owner: &'a Person,
    pub(crate) ears: Socket,
    pub(crate) known: BTreeMap<i64, Value>,
    pub(crate) change: i64,
}

impl Device<'_> {
    /// Takes a hint that follows what it knows; whatever does not is left for the question.
    pub(crate) fn hear(&mut self, message: &Value) {
        if message["change"].as_i64() == Some(self.change + 1) {
            self.know(message);
            self.change += 1;
        }
    }

    fn know(&mut self, message: &Value) {
        self.known.insert(message["seq"].as_i64().expect("a number"), message.clone());
    }

    /// Asks for what follows, in small steps.
    pub(crate) async fn ask(&mut self, kiln: &str) {
        loop {
            let changes = self.owner.get(&format!("{kiln}/changes?after={}&limit=7", self.change)).await.ok();
            for message in changes["messages"].as_array().expect("a list") {
                self.know(message);
            }
            self.change = changes["change"].as_i64().expect("a change");
            if changes["more"] == false {
                return;
            }
        }
    }
}

pub(crate) async fn something_happens(dice: &mut Dice, who: &Person, kiln: &str, round: usize) {
    let page = who.get(&format!("{kiln}/messages?limit=20")).await.ok();
    let list = page["messages"].as_array().expect("a list").clone();
    let any = list[dice.below(list.len())].clone();
    let path = format!("/api/chat/messages/{}", any["id"].as_str().expect("an id"));
    // What is refused (another's message, a recalled one) changes nothing, and that is a story too.
    match dice.below(8) {
        0..=2 => {
            let body = json!({ "client_id": format!("{round}"), "text": format!("message {round}"), "thread_root": (dice.below(4) == 0).then(|| any["seq"].clone()) });
            who.post(&format!("{kiln}/messages"), body.clone()).await.created();
            who.post(&format!("{kiln}/messages"), body).await.ok();
        }
        3 => drop(who.patch(&path, json!({ "text": format!("edited {round}") })).await),
        4 => drop(who.post(&format!("{path}/recall"), json!({})).await),
        5 => drop(who.ask(Method::PUT, &format!("{path}/reactions/👍"), None).await),
        6 => drop(who.ask(Method::PUT, &format!("{path}/pin"), None).await),
        _ => drop(who.post(&format!("{kiln}/read"), json!({ "seq": any["seq"] })).await),
    }
}

#[tokio::test]
async fn devices_that_lose_hints_end_with_what_the_server_has() {
    for seed in [1, 2, 3] {
        let mut dice = Dice(seed);
        let office = Office::open().await;
        let people = office.members(["alice", "bob", "carol"]).await;
        let [alice, bob, carol] = &people;
        let body = json!({ "kind": "group", "title": "Kiln", "member_ids": [bob.id, carol.id] });
        let made = alice.post(ALL, body).await.created();
        let kiln = format!("{ALL}/{}", made["id"].as_str().expect("an id"));
        let mut devices = Vec::new();
        for owner in people.iter().flat_map(|person| [person, person]) {
            devices.push(Device { owner, ears: owner.listen().await, known: BTreeMap::new(), change: 0 });
        }
        for round in 0..ROUNDS {
            let who = &people[dice.below(3)];
            something_happens(&mut dice, who, &kiln, round).await;
            office.forward(Duration::from_millis(200)).await;
            if dice.below(10) == 0 {
                let place = dice.below(devices.len());
                devices[place].ask(&kiln).await;
            }
        }
        // The end is heard by everybody; before it, each device loses one hint in five.
        alice.post(&format!("{kiln}/messages"), json!({ "client_id": "end", "text": "the end" })).await.created();
        for device in &mut devices {
            loop {
                let message = device.ears.hears("chat.message").await["message"].clone();
                if dice.below(5) > 0 {
                    device.hear(&message);
                }
                if message["text"] == "the end" {
                    break;
                }
            }
            device.ask(&kiln).await;
        }
        let page = alice.get(&format!("{kiln}/messages?after=0&limit=100")).await.ok();
        let truth: Vec<&Value> = page["messages"].as_array().expect("a list").iter().collect();
        assert!(truth.len() > 20 && page["has_after"] == false, "seed {seed}: {} messages", truth.len());
        for device in &devices {
            assert_eq!(device.known.values().collect::<Vec<_>>(), truth, "seed {seed}");
            assert_eq!(Some(device.change), page["change"].as_i64(), "seed {seed}");
        }
    }
}
