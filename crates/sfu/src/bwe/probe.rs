//! Probes: short bursts above the estimate, measured by how they arrive. They find room that media at hand does
//! not fill, which for a server is the usual case.

use std::time::{Duration, Instant};

/// A cluster lasts this long at its rate: several times the jitter of a home, which would else pass for a limit.
const CLUSTER: Duration = Duration::from_millis(60);
const PACKETS_MIN: u32 = 5;
const PACKET_BYTES_MAX: usize = 1_200;
const PACKET_BYTES_MIN: usize = 200;
/// Results later than this belong to nobody.
const CLUSTER_TIMEOUT: Duration = Duration::from_secs(1);

const FIRST: Duration = Duration::from_millis(100);
const PAUSE_AFTER_SUCCESS: Duration = Duration::from_millis(250);
const PAUSE_MIN: Duration = Duration::from_secs(2);
const PAUSE_MAX: Duration = Duration::from_secs(6);
const PAUSE_AFTER_OVERUSE: Duration = Duration::from_secs(2);
/// A probe asks for this multiple of the estimate.
const FACTOR: f64 = 2.0;
/// A probe for less is not worth its bytes.
const ROOM_MIN: f64 = 1.05;
/// Measured above this share of what was asked, the link has room for more.
const SUCCESS: f64 = 0.8;
/// A measurement below the sent rate found the link's limit: a little less is safe.
const LIMIT_SHARE: f64 = 0.95;
const SEND_RATE_SHARE: f64 = 0.9;

/// One packet of a probe.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ProbeStep {
    /// Number of the cluster, for [`crate::twcc::History::send`].
    pub cluster: u16,
    /// Bytes to send now.
    pub bytes: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Arrived {
    count: u32,
    bytes: u64,
    first_sent: Duration,
    last_sent: Duration,
    first_arrived: Duration,
    last_arrived: Duration,
    last_sent_bytes: u64,
    first_arrived_bytes: u64,
}

#[derive(Clone, Copy, Debug)]
struct Cluster {
    number: u16,
    rate: f64,
    began: Instant,
    next: Instant,
    packets_sent: u32,
    bytes_sent: f64,
    bytes_wanted: f64,
    arrived: Arrived,
}

impl Cluster {
    fn is_sent(&self) -> bool {
        self.packets_sent >= PACKETS_MIN && self.bytes_sent >= self.bytes_wanted
    }
}

/// Decides when to probe and reads the answers; one cluster at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prober {
    cluster: Option<Cluster>,
    number: u16,
    next: Instant,
    pause: Duration,
}

impl Prober {
    pub(super) fn new(now: Instant) -> Self {
        Prober { cluster: None, number: 0, next: now + FIRST, pause: PAUSE_MIN }
    }

    pub(super) fn next(&self) -> Instant {
        match &self.cluster {
            Some(cluster) if !cluster.is_sent() => cluster.next,
            Some(cluster) => cluster.began + CLUSTER_TIMEOUT,
            None => self.next,
        }
    }

    pub(super) fn poll(&mut self, estimate: f64, ceiling: f64, may_begin: bool, now: Instant) -> Option<ProbeStep> {
        if self.cluster.is_some_and(|cluster| now >= cluster.began + CLUSTER_TIMEOUT) {
            self.cluster = None;
            self.fail(now);
        }
        if self.cluster.is_none() && now >= self.next {
            if may_begin && ceiling > estimate * ROOM_MIN {
                self.begin((estimate * FACTOR).min(ceiling), now);
            } else {
                self.next = now + PAUSE_AFTER_SUCCESS;
            }
        }
        let cluster = self.cluster.as_ref().filter(|cluster| !cluster.is_sent() && now >= cluster.next)?;
        let packet = cluster.bytes_wanted / f64::from(PACKETS_MIN);
        let bytes = (packet as usize).clamp(PACKET_BYTES_MIN, PACKET_BYTES_MAX);
        Some(ProbeStep { cluster: cluster.number, bytes })
    }

    pub(super) fn sent(&mut self, number: u16, bytes: usize, now: Instant) {
        let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.number == number) else { return };
        if cluster.packets_sent == 0 {
            cluster.began = now;
            cluster.next = now;
        }
        cluster.packets_sent += 1;
        cluster.bytes_sent += bytes as f64;
        // Due times follow the bytes, so that a late owner catches up at once.
        cluster.next = cluster.began + Duration::from_secs_f64(cluster.bytes_sent * 8.0 / cluster.rate);
    }

    pub(super) fn result(&mut self, probe: Option<u16>, sent: Duration, arrived: Duration, bytes: u16) {
        let Some(cluster) = self.cluster.as_mut().filter(|cluster| Some(cluster.number) == probe) else { return };
        let bytes = u64::from(bytes);
        let seen = &mut cluster.arrived;
        if seen.count == 0 || sent < seen.first_sent {
            seen.first_sent = sent;
        }
        if seen.count == 0 || sent >= seen.last_sent {
            (seen.last_sent, seen.last_sent_bytes) = (sent, bytes);
        }
        if seen.count == 0 || arrived < seen.first_arrived {
            (seen.first_arrived, seen.first_arrived_bytes) = (arrived, bytes);
        }
        seen.last_arrived = seen.last_arrived.max(arrived);
        seen.count += 1;
        seen.bytes += bytes;
    }

    /// The rate that a cluster measured, once enough of it arrived.
    pub(super) fn take_measured(&mut self) -> Option<f64> {
        let cluster = self.cluster.filter(Cluster::is_sent)?;
        let seen = &cluster.arrived;
        if f64::from(seen.count) < f64::from(cluster.packets_sent) * 0.8 || (seen.bytes as f64) < cluster.bytes_sent * 0.8 {
            return None;
        }
        let now = cluster.next;
        self.cluster = None;
        let measured = measure(seen);
        match measured {
            Some(measured) if measured >= cluster.rate * SUCCESS => {
                self.pause = PAUSE_MIN;
                self.next = now + PAUSE_AFTER_SUCCESS;
            }
            _ => self.fail(now),
        }
        measured
    }

    /// The link is full: what is on its way means nothing, and new probes wait.
    pub(super) fn overused(&mut self, now: Instant) {
        if self.cluster.is_some_and(|cluster| cluster.is_sent()) {
            self.cluster = None;
        }
        self.next = self.next.max(now + PAUSE_AFTER_OVERUSE);
    }

    fn begin(&mut self, rate: f64, now: Instant) {
        // The highest number means "no probe" in the history.
        self.number = (self.number + 1) % u16::MAX;
        self.cluster = Some(Cluster {
            number: self.number,
            rate,
            began: now,
            next: now,
            packets_sent: 0,
            bytes_sent: 0.0,
            bytes_wanted: rate / 8.0 * CLUSTER.as_secs_f64(),
            arrived: Arrived::default(),
        });
    }

    fn fail(&mut self, now: Instant) {
        self.next = now + self.pause;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
    }
}

fn measure(seen: &Arrived) -> Option<f64> {
    let send_time = seen.last_sent.checked_sub(seen.first_sent)?.as_secs_f64();
    let arrival_time = seen.last_arrived.checked_sub(seen.first_arrived)?.as_secs_f64();
    if send_time <= 0.0 || arrival_time <= 0.0 || arrival_time > 1.0 {
        return None;
    }
    let send_rate = (seen.bytes - seen.last_sent_bytes) as f64 * 8.0 / send_time;
    let arrival_rate = (seen.bytes - seen.first_arrived_bytes) as f64 * 8.0 / arrival_time;
    // Arriving faster than sent by far means that something on the way bunched the packets.
    if arrival_rate > send_rate * 2.0 {
        return None;
    }
    let found_limit = arrival_rate < send_rate * SEND_RATE_SHARE;
    Some(if found_limit { arrival_rate * LIMIT_SHARE } else { arrival_rate.min(send_rate) })
}
