//! Meetings about something: what a capability that calls people together asks for. It must never know what they talk
//! about.

use std::collections::BTreeSet;

use kernel::Result;

use super::acts::{self, Plan};
use super::model::{Kind, MeetingId, Settings, State};
use super::{store, wire};
use crate::desk::Desk;
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Where a meeting stands, for those who show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
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

/// Makes a meeting of the viewer's to be entered at once, and rings these colleagues.
pub(crate) async fn call(
    desk: &Desk,
    viewer: &Viewer,
    base_url: &str,
    title: &str,
    members: Vec<MemberId>,
    audio_only: bool,
) -> Result<wire::Meeting> {
    let plan = Plan {
        kind: Kind::Instant,
        title: Some(title.to_owned()),
        starts_at: None,
        duration_minutes: None,
        invitees: members.clone(),
        settings: Settings::default(),
    };
    let meeting = acts::create(desk, viewer, plan).await?;
    if !members.is_empty() {
        acts::ring(desk, viewer, meeting.id, members, audio_only).await?;
    }
    wire::meeting(desk, base_url, &meeting).await
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
        is_over: matches!(meeting.state, State::Ended | State::Cancelled),
        started_at: meeting.started_at,
        ended_at: meeting.ended_at,
        inside: inside.into_iter().collect(),
        came: came.into_iter().collect(),
        missed,
    }))
}
