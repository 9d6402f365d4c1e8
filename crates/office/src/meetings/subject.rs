//! How a meeting looks as a subject: to whoever may see it, and to nobody else.

use futures::future::BoxFuture;
use kernel::Result;
use kernel::uuid::Uuid;

use super::model::MeetingId;
use super::store;
use crate::desk::Desk;
use crate::subjects::{Card, PEOPLE_MAX, SubjectKind};
use crate::viewer::Viewer;

pub(super) const KINDS: &[SubjectKind] = &[SubjectKind { name: "meetings.meeting", subject: meeting, mine: None }];

fn meeting(desk: Desk, viewer: Viewer, id: Uuid) -> BoxFuture<'static, Result<Option<Card>>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<MeetingId>() else { return Ok(None) };
        let meeting = match store::meeting_for(&desk.db, &viewer, id).await {
            Ok(meeting) => meeting,
            Err(error) if error.refusal().is_some() => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_host = meeting.host == viewer.member;
        let invitees = meeting.invitees.iter().map(|invitee| invitee.member);
        Ok(Some(Card {
            title: meeting.title.clone(),
            link: format!("/meetings/{}", meeting.number),
            picture: None,
            people: std::iter::once(meeting.host).chain(invitees).take(PEOPLE_MAX).collect(),
            can_write: true,
            can_manage: is_host,
        }))
    })
}
