//! Media finds its way: as datagrams, and in streams where datagrams are blocked.

use media::Limits;

use crate::seat::{Seat, Way};
use crate::stage::Stage;

#[tokio::test]
async fn two_people_without_udp_see_and_hear_each_other() {
    let stage = Stage::open(Limits::default()).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Tcp).await;
    let mut bob = Seat::take(&stage, "lane", 1, Way::Tcp).await;
    for (name, seat) in [("alice", &mut alice), ("bob", &mut bob)] {
        seat.until(name, |view| view.connected && view.frames > 20 && view.sounds > 20).await;
    }
    let counted = |_: &_| stage.number("participants", "") == 2;
    let view = alice.until("the numbers are published", counted).await;
    assert_eq!(stage.number("datagrams_received", ""), 0, "nothing came over UDP");
    assert_eq!(view.complaints, Vec::<String>::new());
    stage.close().await;
}

#[tokio::test]
async fn one_without_udp_meets_one_with() {
    let stage = Stage::open(Limits::default()).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Udp).await;
    let mut bob = Seat::take(&stage, "lane", 1, Way::Tcp).await;
    for (name, seat) in [("alice", &mut alice), ("bob", &mut bob)] {
        seat.until(name, |view| view.connected && view.frames > 20 && view.sounds > 20).await;
    }
    stage.close().await;
}
