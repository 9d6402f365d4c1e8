//! Meetings: planned, started on the spot or permanent; who may enter, who was there, who is being rung. The room
//! itself is the media server's; this folder knows it by name and must never know how it is run.

mod about;
mod acts;
mod audit;
mod calls;
mod door;
mod events;
mod follow;
mod model;
mod notices;
mod room;
mod routes;
mod rules;
mod shown;
mod store;
mod subject;
mod wire;

use kernel::db::Migration;
use kernel::jobs::Jobs;
use kernel::limit;

use crate::desk::Desk;
use crate::features::Feature;

pub(crate) use about::{About, Standing, call, standing};
pub(crate) use events::{CallEnded, Called, MeetingChanged};
pub(crate) use model::MeetingId;
pub(crate) use wire::Meeting;

limit!(RUNG_ABOUT_MAX: "meetings.rung_about", 50, "people", "Up to how many people a call about something, such as a file, rings; around what has more, nobody is.");
limit!(SHOWN_MAX: "meetings.shown", 20, "places", "In how many conversations a meeting is shown to those who were not invited; the oldest go first.");

/// What meetings keep in memory.
#[derive(Debug, Default)]
pub(crate) struct Meetings {
    door: door::Door,
}

/// Ends a call that nobody answers.
const MISS_CALL: &str = "meetings.miss_call";
/// Compares a run with the media server.
const CHECK_ROOM: &str = "meetings.check_room";
/// Tells people that a meeting is about to start.
const REMIND: &str = "meetings.remind";

pub(crate) const FEATURE: Feature = Feature {
    name: "meetings",
    routes: routes::routes,
    migrations: &[
        Migration { capability: "meetings", number: 1, text: include_str!("migrations/0001_meetings.sql") },
        Migration { capability: "meetings", number: 2, text: include_str!("migrations/0002_rooms.sql") },
        Migration { capability: "meetings", number: 3, text: include_str!("migrations/0003_about.sql") },
    ],
    listens: events::listen,
    jobs,
    follows: Some(|desk, event| Box::pin(async move { follow::heard(&desk, event).await })),
    notices: notices::KINDS,
    subjects: subject::KINDS,
};

fn jobs(desk: &Desk, jobs: &mut Jobs) {
    let at = desk.clone();
    jobs.on(MISS_CALL, move |payload, now| {
        let desk = at.clone();
        async move { follow::miss_call(&desk, payload, now).await }
    });
    let at = desk.clone();
    jobs.on(CHECK_ROOM, move |payload, now| {
        let desk = at.clone();
        async move { follow::check_room(&desk, payload, now).await }
    });
    let at = desk.clone();
    jobs.on(REMIND, move |payload, now| {
        let desk = at.clone();
        async move { notices::remind(&desk, payload, now).await }
    });
}
