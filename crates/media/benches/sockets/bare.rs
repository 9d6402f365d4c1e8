//! The floor: a loop that writes a header, seals and sends runs of the size the server sent, and does nothing else.
//! It beats at the camera's pace, because a core that sleeps in between works at other speeds than a busy one.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::poll::{PollTimeout, poll};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;
use sfu::rtp::{Elements, Fields, write_packet};
use sfu::srtp::Sealer;
use sfu::{SrtpProfile, low16, low32};

use crate::cpu::{self, Spent, clock};
use crate::line::Line;
use crate::person::PAYLOAD_BYTES;
use crate::sdp::{PAYLOAD_TYPE, SSRC, TRANSPORT_CC};
use crate::{FRAMES_PER_S, Plan};

const PACKET_BYTES_MAX: usize = 1_500;

/// Sends what the room's worker had to send, `run` packets a message, for so long.
pub(crate) fn measure(plan: &Plan, profile: SrtpProfile, run: usize, time: Duration) -> Spent {
    let people = plan.publishers + plan.audience;
    let messages_per_frame = plan.publishers * (people - 1) * plan.packets_per_frame / run.max(1);
    let mut lines: Vec<Line> = (0..people).map(|_| Line::open()).collect();
    let addresses: Vec<_> = lines.iter().map(Line::address).collect();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                // It stands for the clients' side: somebody takes what is sent.
                lines.iter_mut().for_each(|line| line.receive(|_| {}));
                pause(Duration::from_millis(1));
            }
        });
        let sender = scope.spawn(|| {
            pin();
            send(&addresses, sealer(profile), messages_per_frame.max(1), run, time)
        });
        let spent = sender.join().expect("it sends");
        over.store(true, Ordering::Relaxed);
        spent
    })
}

fn send(addresses: &[SocketAddr], mut sealer: Sealer, messages_per_frame: usize, run: usize, time: Duration) -> Spent {
    let line = Line::open();
    let stream = sealer.stream(SSRC).expect("one stream");
    let payload = vec![0xAB; PAYLOAD_BYTES];
    let mut arena = vec![0; PACKET_BYTES_MAX * run];
    let (begin, cpu) = (clock(), cpu::of_this_thread());
    let interval = Duration::from_secs(1) / FRAMES_PER_S;
    let (mut number, mut frame) = (0_u64, 0_u32);
    while begin.elapsed() < time {
        for message in 0..messages_per_frame {
            let mut length = 0;
            for at in 0..run {
                number += 1;
                let transport = low16(number).to_be_bytes();
                let mut elements = Elements::new();
                elements.push(TRANSPORT_CC, &transport);
                let fields = Fields {
                    marker: at + 1 == run,
                    payload_type: PAYLOAD_TYPE,
                    sequence: low16(number),
                    timestamp: low32(number),
                    ssrc: SSRC,
                };
                let buffer = &mut arena[length..];
                let written = write_packet(buffer, &fields, &elements, &payload).expect("fits");
                length += sealer.seal_rtp(stream, buffer, written).expect("fresh numbers");
            }
            let size = u16::try_from(length / run).expect("a packet is short");
            line.send_run(&arena[..length], size, addresses[message % addresses.len()]);
        }
        frame += 1;
        pause((interval * frame).saturating_sub(begin.elapsed()));
    }
    let total = cpu::of_this_thread().saturating_sub(cpu);
    Spent { total, user: Duration::ZERO, packets: number }
}

fn sealer(profile: SrtpProfile) -> Sealer {
    let (key, salt) = match profile {
        SrtpProfile::AeadAes128Gcm => (16, 12),
        SrtpProfile::AeadAes256Gcm => (32, 12),
        SrtpProfile::AesCm128HmacSha1 => (16, 14),
    };
    Sealer::new(profile, &vec![1; key], &vec![2; salt]).expect("good keys")
}

/// Waits as the worker does, in the kernel.
fn pause(time: Duration) {
    let _ = poll(&mut [], PollTimeout::try_from(time).unwrap_or(PollTimeout::ZERO));
}

/// On the core of the first worker.
fn pin() {
    let mut set = CpuSet::new();
    if set.set(0).is_ok() {
        // A machine that does not allow it merely measures less evenly.
        let _ = sched_setaffinity(Pid::from_raw(0), &set);
    }
}
