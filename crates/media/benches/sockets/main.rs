//! Packets per CPU-second of a media worker through real sockets: the whole server (signalling, ICE, DTLS, SRTP,
//! estimation, pacing, GSO egress) on loopback, with one worker and light clients, laid beside a bare loop that only
//! seals and sends the same messages. The ratio of the two is what counts; absolutes are the machine's. In full by
//! `cargo xtask bench`, tiny by `cargo test`, so that it never rots.

mod bare;
mod cpu;
mod hall;
mod line;
mod person;
mod sdp;

use std::time::Duration;

use cpu::Spent;
use hall::{Hall, Measured};

/// Frames of a camera per second.
const FRAMES_PER_S: u32 = 30;

/// One room, and how long it is looked at.
#[derive(Clone, Copy)]
struct Plan {
    name: &'static str,
    publishers: usize,
    /// Those who only watch.
    audience: usize,
    /// Packets of one frame of one camera; 8 are 2.4 Mbit/s, 3 are 0.9.
    packets_per_frame: usize,
}

/// How long a row takes.
#[derive(Clone, Copy)]
struct Pace {
    /// At most; until everything arrives.
    warm_up: Duration,
    measured: Duration,
    bare: Duration,
}

const ROOMS: [Plan; 3] = [
    Plan { name: "1 -> 100", publishers: 1, audience: 100, packets_per_frame: 8 },
    Plan { name: "10 x 10", publishers: 10, audience: 0, packets_per_frame: 8 },
    Plan { name: "30 x 30", publishers: 30, audience: 0, packets_per_frame: 3 },
];
const FULL: Pace = Pace { warm_up: Duration::from_secs(25), measured: Duration::from_secs(8), bare: Duration::from_secs(4) };

const SMALL_ROOMS: [Plan; 2] = [
    Plan { name: "1 -> 3", publishers: 1, audience: 3, packets_per_frame: 4 },
    Plan { name: "2 x 2", publishers: 2, audience: 0, packets_per_frame: 2 },
];
const SMALL: Pace = Pace { warm_up: Duration::from_secs(20), measured: Duration::from_millis(300), bare: Duration::from_millis(100) };

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench");
    let (rooms, pace): (&[Plan], Pace) = if full { (&ROOMS, FULL) } else { (&SMALL_ROOMS, SMALL) };
    println!(
        "| room | packets/s | arrived | us of CPU per packet (user) | packets per CPU-second | packets per message | bare loop | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for plan in rooms {
        let hall = Hall::open(*plan);
        let measured = hall.measure(pace);
        let bare = bare::measure(plan, measured.profile, measured.run_length(), pace.bare);
        print_row(plan, &measured, bare);
    }
}

fn print_row(plan: &Plan, measured: &Measured, bare: Spent) {
    let Measured { received, expected, spent, time, datagrams, messages, .. } = *measured;
    assert!(received > 0, "media flows");
    let per_cpu_second = spent.packets_per_cpu_second(received);
    let bare_per_cpu_second = bare.packets_per_cpu_second(bare.packets);
    println!(
        "| {} | {:.0} | {:.1} % | {:.2} ({:.2}) | {:.0} | {:.1} | {:.0} | {:.2} |",
        plan.name,
        received as f64 / time.as_secs_f64(),
        received as f64 * 100.0 / expected.max(1) as f64,
        1e6 / per_cpu_second,
        spent.user.as_secs_f64() * 1e6 / received as f64,
        per_cpu_second,
        datagrams as f64 / messages.max(1) as f64,
        bare_per_cpu_second,
        per_cpu_second / bare_per_cpu_second,
    );
}
