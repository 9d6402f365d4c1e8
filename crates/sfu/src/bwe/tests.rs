//! A sender, a link and a receiver in virtual time. The sender sends what the estimate allows, up to what it
//! wants; the link has a rate, a queue, a delay, jitter and loss.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::*;

const TICK: Duration = Duration::from_millis(1);
const FEEDBACK: Duration = Duration::from_millis(60);

#[derive(Clone, Copy)]
struct Link {
    bps: f64,
    queue: Duration,
    delay: Duration,
    jitter: Duration,
    loss: f64,
}

impl Link {
    fn of(bps: f64) -> Self {
        Link { bps, queue: Duration::from_millis(300), delay: Duration::from_millis(25), jitter: Duration::ZERO, loss: 0.0 }
    }
}

struct World {
    start: Instant,
    now: Instant,
    link: Link,
    estimator: Estimator,
    wanted: f64,
    /// Media is sent in frames of 33 ms.
    credit: f64,
    next_number: u64,
    link_free: Instant,
    results: VecDeque<(Instant, PacketResult)>,
    next_feedback: Instant,
    seed: u64,
    lost: u32,
    sent: u32,
}

impl World {
    fn new(link: Link, wanted: f64) -> Self {
        let start = now();
        let mut estimator = Estimator::new(EstimatorConfig::default(), start);
        estimator.set_wanted_bps(wanted as u64);
        estimator.set_round_trip(link.delay * 2);
        World {
            start,
            now: start,
            link,
            estimator,
            wanted,
            credit: 0.0,
            next_number: 0,
            link_free: start,
            results: VecDeque::new(),
            next_feedback: start + FEEDBACK,
            seed: 1,
            lost: 0,
            sent: 0,
        }
    }

    /// Runs on and gives the mean estimate of the last third, in kbit/s.
    fn run(&mut self, seconds: u64) -> u64 {
        let ticks = seconds * 1_000;
        let (mut sum, mut count) = (0, 0);
        for tick in 0..ticks {
            self.now += TICK;
            self.tick(tick);
            if tick > ticks * 2 / 3 {
                sum += self.estimator.estimate_bps();
                count += 1;
            }
        }
        sum / count / 1_000
    }

    fn tick(&mut self, tick: u64) {
        let rate = self.wanted.min(self.estimator.estimate_bps() as f64);
        self.credit += rate / 8.0 * TICK.as_secs_f64();
        if tick.is_multiple_of(33) {
            while self.credit >= 600.0 {
                let bytes = self.credit.min(1_200.0);
                self.credit -= bytes;
                self.send(bytes as u16, None);
            }
        }
        while let Some(step) = self.estimator.poll_probe(self.now) {
            self.estimator.probe_sent(step.cluster, step.bytes, self.now);
            self.send(u16::try_from(step.bytes).unwrap(), Some(step.cluster));
        }
        if self.now >= self.next_feedback {
            self.next_feedback += FEEDBACK;
            let mut any = false;
            // Feedback itself takes the way back.
            while let Some((_, result)) = self.results.front().copied().filter(|(at, _)| *at + self.link.delay <= self.now) {
                self.results.pop_front();
                self.estimator.result(&result);
                any = true;
            }
            if any {
                self.estimator.finish_feedback(self.now);
            }
        }
        self.estimator.handle_timeout(self.now);
    }

    fn send(&mut self, bytes: u16, probe: Option<u16>) {
        self.estimator.packet_sent(self.now);
        self.sent += 1;
        let sent = self.now - self.start;
        let number = self.next_number;
        self.next_number += 1;
        let queued = self.link_free.saturating_duration_since(self.now);
        let random = self.random();
        let jitter = self.link.jitter.mul_f64(self.random());
        let dropped = random < self.link.loss || queued > self.link.queue;
        if queued <= self.link.queue {
            self.link_free = self.link_free.max(self.now) + Duration::from_secs_f64(f64::from(bytes) * 8.0 / self.link.bps);
        }
        self.lost += u32::from(dropped);
        let at = self.link_free.max(self.now) + self.link.delay + jitter;
        let at = self.results.back().map_or(at, |(last, _)| at.max(*last));
        let arrived = (!dropped).then(|| at - self.start + Duration::from_secs(5_000));
        self.results.push_back((at, PacketResult { number, sent, arrived, bytes, probe }));
    }

    fn random(&mut self) -> f64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[track_caller]
fn within(value: u64, low: u64, high: u64) {
    assert!((low..=high).contains(&value), "{value} kbit/s is not within {low} and {high}");
}

#[test]
fn a_thin_link_is_not_overrun() {
    let mut world = World::new(Link::of(300_000.0), 3_000_000.0);
    within(world.run(30), 200, 320);
    assert!(world.lost * 20 < world.sent, "{} of {} lost", world.lost, world.sent);
}

#[test]
fn a_link_of_one_megabit_is_filled() {
    let mut world = World::new(Link::of(1_000_000.0), 3_000_000.0);
    within(world.run(30), 720, 1_060);
    assert!(world.lost * 50 < world.sent, "{} of {} lost", world.lost, world.sent);
}

#[test]
fn a_wide_link_is_found_within_seconds() {
    let mut world = World::new(Link::of(5_000_000.0), 8_000_000.0);
    let early = world.run(4);
    assert!(early > 2_000, "{early} kbit/s after four seconds");
    within(world.run(30), 3_700, 5_300);
}

#[test]
fn nothing_is_probed_that_nobody_wants() {
    let mut world = World::new(Link::of(50_000_000.0), 1_500_000.0);
    within(world.run(20), 1_400, 2_500);
}

#[test]
fn a_step_down_is_followed_quickly_and_a_step_up_found_again() {
    let mut world = World::new(Link::of(3_000_000.0), 4_000_000.0);
    within(world.run(20), 2_200, 3_200);
    world.link.bps = 500_000.0;
    world.run(2);
    within(world.run(3), 250, 560);
    within(world.run(15), 350, 540);
    world.link.bps = 3_000_000.0;
    within(world.run(25), 2_000, 3_200);
}

#[test]
fn random_loss_of_five_percent_costs_little() {
    let link = Link { loss: 0.05, ..Link::of(2_000_000.0) };
    let mut world = World::new(link, 3_000_000.0);
    within(world.run(40), 1_200, 2_150);
}

#[test]
fn random_loss_of_twenty_percent_leaves_a_usable_rate() {
    let link = Link { loss: 0.20, ..Link::of(2_000_000.0) };
    let mut world = World::new(link, 3_000_000.0);
    within(world.run(40), 900, 2_200);
}

#[test]
fn a_link_with_hardly_a_queue_is_found_by_loss() {
    let link = Link { queue: Duration::from_millis(40), ..Link::of(1_000_000.0) };
    let mut world = World::new(link, 3_000_000.0);
    within(world.run(40), 400, 1_300);
}

#[test]
fn jitter_is_not_taken_for_a_queue() {
    let link = Link { jitter: Duration::from_millis(20), ..Link::of(3_000_000.0) };
    let mut world = World::new(link, 2_000_000.0);
    within(world.run(30), 1_400, 3_200);
}

#[test]
fn a_quiet_room_does_not_lower_what_is_known() {
    let mut world = World::new(Link::of(4_000_000.0), 3_000_000.0);
    within(world.run(15), 2_700, 4_700);
    world.estimator.set_wanted_bps(100_000);
    world.wanted = 100_000.0;
    world.link.jitter = Duration::from_millis(60);
    let quiet = world.run(20);
    assert!(quiet > 1_500, "{quiet} kbit/s");
}

#[test]
fn the_estimate_sinks_when_nothing_comes_back() {
    let mut world = World::new(Link::of(2_000_000.0), 3_000_000.0);
    world.run(10);
    world.link.loss = 1.0;
    world.link.delay = Duration::from_secs(1_000);
    world.run(10);
    within(world.estimator.estimate_bps() / 1_000, 50, 200);
}

#[test]
fn remb_is_a_bound() {
    let start = now();
    let mut estimator = Estimator::new(EstimatorConfig::default(), start);
    estimator.remb(250_000, start);
    assert_eq!(estimator.estimate_bps(), 250_000);
    estimator.remb(2_000_000, start + FEEDBACK);
    assert_eq!(estimator.estimate_bps(), 2_000_000);
    for _ in 0..3 {
        estimator.loss_report(80, start + FEEDBACK * 2);
    }
    assert!(estimator.estimate_bps() < 1_500_000);
}

#[test]
fn the_same_inputs_give_the_same_estimate() {
    let link = Link { loss: 0.05, jitter: Duration::from_millis(5), ..Link::of(1_000_000.0) };
    let mut one = World::new(link, 3_000_000.0);
    let mut two = World::new(link, 3_000_000.0);
    assert_eq!(one.run(10), two.run(10));
    assert_eq!(one.estimator.estimate_bps(), two.estimator.estimate_bps());
}

#[expect(clippy::disallowed_methods, reason = "the virtual clock of a test has to start somewhere")]
fn now() -> Instant {
    Instant::now()
}
