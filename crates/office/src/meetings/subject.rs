//! How a meeting looks as a subject: to whoever may see it, to those it was shown to, and to nobody else.

use futures::future::BoxFuture;
use kernel::Result;
use kernel::uuid::Uuid;

use super::model::{Meeting, MeetingId, State};
use super::{SHOWN_MAX, room, rules, shown, store};
use crate::desk::Desk;
use crate::subjects::{self, Card, PEOPLE_MAX, SubjectKind, Thing};
use crate::viewer::Viewer;

/// The kind that a meeting is.
const MEETING: &str = "meetings.meeting";

pub(super) const KINDS: &[SubjectKind] = &[SubjectKind { name: MEETING, subject: meeting, mine: None, shown: Some(show) }];

fn meeting(desk: Desk, viewer: Viewer, id: Uuid) -> BoxFuture<'static, Result<Option<Card>>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<MeetingId>() else { return Ok(None) };
        let Some(meeting) = known(&desk, &viewer, id).await? else { return Ok(None) };
        let is_host = meeting.host == viewer.member;
        let invitees = meeting.invitees.iter().map(|invitee| invitee.member);
        let state = rules::state_at(&meeting, desk.now().as_ms());
        let inside = match state {
            State::Running => room::people_inside(&desk, &meeting).await.len(),
            State::Scheduled | State::Ended | State::Cancelled => 0,
        };
        Ok(Some(Card {
            title: meeting.title.clone(),
            link: format!("/m/{}", meeting.number),
            picture: None,
            state: state.word(),
            starts_at: match state {
                State::Running | State::Ended => meeting.started_at.or(meeting.starts_at),
                State::Scheduled | State::Cancelled => meeting.starts_at,
            },
            ended_at: meeting.ended_at.filter(|_| state == State::Ended),
            people_count: i64::try_from(inside).unwrap_or(i64::MAX),
            people: std::iter::once(meeting.host).chain(invitees).take(PEOPLE_MAX).collect(),
            can_write: true,
            can_call: false,
            can_manage: is_host,
        }))
    })
}

/// A meeting that the viewer sees, or that was shown to them: its card tells no more than its door does to whoever has the
/// number.
async fn known(desk: &Desk, viewer: &Viewer, id: MeetingId) -> Result<Option<Meeting>> {
    match store::meeting_for(&desk.db, viewer, id).await {
        Ok(meeting) => return Ok(Some(meeting)),
        Err(error) if error.refusal().is_some() => {}
        Err(error) => return Err(error),
    }
    for (kind, thing) in shown::places(&desk.db, id).await? {
        if subjects::card(desk, viewer, &kind, thing).await?.is_some() {
            let meeting = store::of_room(&desk.db, &id.to_string()).await?;
            return Ok(meeting.filter(|meeting| meeting.organisation == viewer.organisation));
        }
    }
    Ok(None)
}

/// Whoever sees a meeting may show it, as they may tell its number.
fn show(desk: Desk, viewer: Viewer, id: Uuid, to: Thing) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<MeetingId>() else { return Ok(()) };
        if known(&desk, &viewer, id).await?.is_none() {
            return Ok(());
        }
        let mut tx = desk.db.begin().await?;
        shown::show(&mut tx, id, to, desk.limits.of(&SHOWN_MAX), desk.now()).await?;
        tx.commit().await
    })
}
