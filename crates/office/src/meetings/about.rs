//! Meetings about something: what a capability that calls people together asks for. It must never know what they talk
//! about.

use std::collections::BTreeSet;

use kernel::uuid::Uuid;
use kernel::{Error, Result};

use super::acts::{self, Plan};
use super::events::{Called, MeetingChanged};
use super::model::{Kind, MeetingId, Settings, State};
use super::{RUNG_ABOUT_MAX, rules, shown, store, wire};
use crate::desk::Desk;
use crate::org::{self, MemberId};
use crate::subjects;
use crate::viewer::{Viewer, forbidden};

/// Where a meeting stands, for those who show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) title: String,
    pub(crate) number: String,
    pub(crate) is_over: bool,
    /// Milliseconds UTC.
    pub(crate) started_at: Option<i64>,
    /// Milliseconds UTC.
    pub(crate) ended_at: Option<i64>,
    /// Members who are inside.
    pub(crate) inside: Vec<MemberId>,
    /// Members who were or are inside.
    pub(crate) came: Vec<MemberId>,
    /// Members who were rung, and neither came nor are being rung.
    pub(crate) missed: Vec<MemberId>,
}

/// What people are called together about.
pub(crate) struct About<'a> {
    /// The kind of subject, and the thing.
    pub(crate) kind: &'a str,
    pub(crate) id: Uuid,
    /// What it is called, and so the meeting.
    pub(crate) title: &'a str,
    /// Who is rung. Others may come.
    pub(crate) people: Vec<MemberId>,
}

/// Calls people together about something of another capability, as its card names them.
pub(super) async fn call_about(
    desk: &Desk,
    viewer: &Viewer,
    base_url: &str,
    kind: &str,
    id: Uuid,
    audio_only: bool,
) -> Result<(wire::Meeting, bool)> {
    let card = subjects::card(desk, viewer, kind, id).await?.ok_or_else(Error::not_found)?;
    if !card.can_call {
        return Err(forbidden());
    }
    let cards = org::cards(desk, viewer.organisation, card.people).await?;
    let others = cards.into_values().filter(|person| !person.is_disabled && person.id != viewer.member).map(|person| person.id);
    let mut people: Vec<MemberId> = others.collect();
    if people.len() > desk.limits.count(&RUNG_ABOUT_MAX) {
        people.clear();
    }
    call(desk, viewer, base_url, About { kind, id, title: &card.title, people }, audio_only).await
}

/// Calls people together about something that the viewer may call about. Where somebody has just done so, or people are
/// talking about it, the viewer joins them; says whether the meeting is a new one.
pub(crate) async fn call(
    desk: &Desk,
    viewer: &Viewer,
    base_url: &str,
    about: About<'_>,
    audio_only: bool,
) -> Result<(wire::Meeting, bool)> {
    let title = rules::title_from(about.title);
    let plan = Plan {
        kind: Kind::Instant,
        title,
        starts_at: None,
        duration_minutes: None,
        invitees: about.people.clone(),
        settings: Settings::default(),
    };
    let mut meeting = acts::drawn(desk, viewer, plan).await?;
    meeting.about = Some((about.kind.to_owned(), about.id));
    let now = desk.now();
    let mut tx = desk.db.begin().await?;
    let last = shown::last_call(&mut tx, &meeting, now).await?;
    let there = match last {
        Some((id, at)) => Some(store::for_change(&mut tx, id).await?).filter(|there| rules::takes_callers(there, at, now)),
        None => None,
    };
    let is_new = there.is_none();
    match there {
        Some(there) => {
            meeting = there;
            store::invite(&mut tx, meeting.id, viewer.member).await?;
            desk.announce(&mut tx, &MeetingChanged { meeting_id: meeting.id }).await?;
        }
        None => {
            acts::write_down(&mut tx, desk, viewer, &mut meeting).await?;
            shown::called(&mut tx, &meeting, now).await?;
            let called = Called { meeting_id: meeting.id, about: (about.kind.to_owned(), about.id), by: viewer.member, audio_only };
            desk.announce(&mut tx, &called).await?;
        }
    }
    tx.commit().await?;
    // Whoever called first may have gone away again: as long as nobody is inside, those who come next ring too.
    if meeting.state != State::Running && !about.people.is_empty() {
        acts::ring(desk, viewer, meeting.id, about.people, audio_only).await?;
    }
    let meeting = store::meeting_for(&desk.db, viewer, meeting.id).await?;
    Ok((wire::meeting(desk, base_url, &meeting).await?, is_new))
}

/// Where a meeting stands; nothing when it has gone.
pub(crate) async fn standing(desk: &Desk, id: MeetingId) -> Result<Option<Standing>> {
    let Some(meeting) = store::of_room(&desk.db, &id.to_string()).await? else { return Ok(None) };
    let stays = store::stays(&desk.db, store::runs_of(&desk.db, id).await?).await?;
    let came: BTreeSet<MemberId> = stays.iter().filter_map(|stay| stay.member_id).collect();
    let inside: BTreeSet<MemberId> = stays.iter().filter(|stay| stay.left_at.is_none()).filter_map(|stay| stay.member_id).collect();
    let mut missed = super::calls::unanswered(&desk.db, id).await?;
    missed.retain(|member| !came.contains(member));
    Ok(Some(Standing {
        title: meeting.title.clone(),
        number: meeting.number.clone(),
        is_over: matches!(meeting.state, State::Ended | State::Cancelled),
        started_at: meeting.started_at,
        ended_at: meeting.ended_at,
        inside: inside.into_iter().collect(),
        came: came.into_iter().collect(),
        missed,
    }))
}
