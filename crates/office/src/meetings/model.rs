//! The plain values of meetings. They neither serialise nor touch the database; `routes` and `store` convert.

use kernel::uuid::Uuid;

use crate::org::{MemberId, OrganisationId};
use crate::words::words;

kernel::id! {
    /// One meeting. It is also the name of its room in the media server.
    pub struct MeetingId;
}

kernel::id! {
    /// One person being rung about one meeting.
    pub struct CallId;
}

/// How a meeting came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Started on the spot.
    Instant,
    /// Planned for a time.
    Scheduled,
    /// A member's permanent room.
    Personal,
}

/// Where a meeting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not running; may be entered when its time or its host comes.
    Scheduled,
    /// People are in it, or were a moment ago.
    Running,
    /// Over for good.
    Ended,
    /// Called off.
    Cancelled,
}

/// What the host decides about a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// People without a membership may enter by link or number.
    pub(super) guests_allowed: bool,
    /// Microphones start muted.
    pub(super) mute_on_entry: bool,
    /// Members may start it before the host has come.
    pub(super) start_before_host: bool,
    /// Nobody but hosts may enter any more.
    pub(super) locked: bool,
}

/// An invited member and what they answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Invitee {
    pub(super) member: MemberId,
    pub(super) response: Response,
}

/// What an invited member answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Response {
    /// Nothing yet.
    Waiting,
    /// Will come, or came.
    Accepted,
    /// Will not come.
    Declined,
}

/// A meeting with the people around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) id: MeetingId,
    pub(super) organisation: OrganisationId,
    /// Nine digits.
    pub(super) number: String,
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) state: State,
    /// Milliseconds UTC.
    pub(super) starts_at: Option<i64>,
    pub(super) duration_minutes: i64,
    /// When the present or last run began, milliseconds UTC.
    pub(super) started_at: Option<i64>,
    /// When the last run ended, milliseconds UTC.
    pub(super) ended_at: Option<i64>,
    /// The member who holds the meeting.
    pub(super) host: MemberId,
    /// Identities that share the host's rights.
    pub(super) co_hosts: Vec<String>,
    pub(super) settings: Settings,
    pub(super) invitees: Vec<Invitee>,
    /// What it is about: a kind of subject, and the thing.
    pub(super) about: Option<(String, Uuid)>,
}

words!(Kind { Instant = "instant", Scheduled = "scheduled", Personal = "personal" });
words!(Response { Waiting = "waiting", Accepted = "accepted", Declined = "declined" });
words!(State { Scheduled = "scheduled", Running = "running", Ended = "ended", Cancelled = "cancelled" });

#[cfg(test)]
impl Meeting {
    /// A meeting of which only what a test sets matters.
    pub(super) fn blank() -> Meeting {
        let nil = "00000000-0000-0000-0000-000000000000";
        Meeting {
            id: nil.parse().expect("an id"),
            organisation: nil.parse().expect("an id"),
            number: "482106937".to_owned(),
            title: String::new(),
            kind: Kind::Instant,
            state: State::Scheduled,
            starts_at: None,
            duration_minutes: 60,
            started_at: None,
            ended_at: None,
            host: nil.parse().expect("an id"),
            co_hosts: Vec::new(),
            settings: Settings::default(),
            invitees: Vec::new(),
            about: None,
        }
    }
}
