//! Groups packets that were sent together and compares how far apart the groups were sent and arrived.

use std::time::Duration;

/// Packets sent within this time are one group.
const GROUP: Duration = Duration::from_millis(5);
/// A jump of the arrival clock beyond this starts afresh.
const JUMP: Duration = Duration::from_secs(3);

/// From one group to the next, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) sent_ms: f64,
    pub(super) arrived_ms: f64,
    /// Arrival of the later group on the receiver's clock.
    pub(super) at_ms: f64,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: Duration,
    last_sent: Duration,
    first_arrived: Duration,
    last_arrived: Duration,
}

/// The group that fills and the one before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrivals {
    filling: Option<Group>,
    before: Option<Group>,
}

impl Arrivals {
    /// Takes a packet; tells a step when it begins a third group.
    pub(super) fn add(&mut self, sent: Duration, arrived: Duration) -> Option<Step> {
        let fresh = Group { first_sent: sent, last_sent: sent, first_arrived: arrived, last_arrived: arrived };
        let Some(group) = &mut self.filling else {
            self.filling = Some(fresh);
            return None;
        };
        if arrived.abs_diff(group.last_arrived) > JUMP {
            *self = Arrivals { filling: Some(fresh), before: None };
            return None;
        }
        if sent < group.first_sent {
            return None;
        }
        if belongs(group, sent, arrived) {
            group.last_sent = group.last_sent.max(sent);
            group.last_arrived = group.last_arrived.max(arrived);
            return None;
        }
        let complete = *group;
        let step = self.before.map(|before| Step {
            sent_ms: milliseconds(complete.last_sent) - milliseconds(before.last_sent),
            arrived_ms: milliseconds(complete.last_arrived) - milliseconds(before.last_arrived),
            at_ms: milliseconds(complete.last_arrived),
        });
        self.before = Some(complete);
        self.filling = Some(fresh);
        // A negative distance means that the path reordered whole groups, which tells nothing of queues.
        step.filter(|step| step.arrived_ms >= 0.0)
    }
}

/// Sent together, or arrived in one burst although sent apart: a queue that was flushed.
fn belongs(group: &Group, sent: Duration, arrived: Duration) -> bool {
    if sent - group.first_sent <= GROUP {
        return true;
    }
    let sent_distance = milliseconds(sent) - milliseconds(group.last_sent);
    let arrived_distance = milliseconds(arrived) - milliseconds(group.last_arrived);
    let burst = arrived.saturating_sub(group.first_arrived) < Duration::from_millis(100);
    arrived_distance - sent_distance < 0.0 && arrived_distance <= 5.0 && burst
}

pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
