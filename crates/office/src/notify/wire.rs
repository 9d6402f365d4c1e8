//! Notices as the API and the event socket show them.

use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{Quiet, Settings};
use super::store::Kept;
use super::{NoticeId, kinds};
use crate::desk::Desk;
use crate::org::{self, MemberId, OrganisationId};

/// Who did what is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NoticeActor)]
pub(super) struct Actor {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) avatar_url: Option<String>,
}

/// Something the viewer was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Notice {
    pub(super) id: NoticeId,
    /// `capability.what_happened`; clients have the words for it.
    pub(super) kind: String,
    /// What it is about.
    pub(super) subject: String,
    /// What that was called when it was told.
    pub(super) title: String,
    /// Where the web client shows it.
    pub(super) link: String,
    /// What else the words need; depends on the kind.
    pub(super) data: Value,
    pub(super) actor: Option<Actor>,
    /// How often it was told while it was unread.
    pub(super) times: i64,
    pub(super) told_at: Time,
    pub(super) read: bool,
}

/// A page of notices, the latest first.
#[derive(Serialize, ToSchema)]
pub(super) struct NoticeList {
    pub(super) notices: Vec<Notice>,
    pub(super) next_cursor: Option<String>,
    /// How many are unread on all pages.
    pub(super) unread: i64,
}

/// Adds the people to these notices, with one question for all of them.
pub(super) async fn notices(desk: &Desk, organisation: OrganisationId, kept: Vec<Kept>) -> Result<Vec<Notice>> {
    let people = org::cards(desk, organisation, kept.iter().filter_map(|notice| notice.actor_id)).await?;
    let shown = kept.into_iter().map(|notice| Notice {
        actor: notice.actor_id.and_then(|id| people.get(&id)).map(|card| Actor {
            id: card.id,
            name: card.name.clone(),
            avatar_url: card.avatar_url.clone(),
        }),
        id: notice.id,
        kind: notice.kind,
        subject: notice.subject,
        title: notice.title,
        link: notice.link,
        data: notice.data.0,
        times: notice.times,
        told_at: notice.told_at,
        read: notice.read_at.is_some(),
    });
    Ok(shown.collect())
}

/// Whether a kind is told.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KindSetting {
    pub(super) kind: String,
    pub(super) on: bool,
}

/// Hours in which nothing pops up and nothing rings; notices are kept and counted all the same.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuietHours {
    pub(super) on: bool,
    /// Minutes after midnight.
    pub(super) from_minute: i64,
    /// Minutes after midnight, on the next day when it is not later than `from_minute`.
    pub(super) to_minute: i64,
    /// An IANA name, such as `Asia/Shanghai`.
    pub(super) time_zone: String,
}

/// What the viewer wants to be told, and when quietly.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeSettings {
    /// Every kind there is. What a change leaves out is told.
    pub(super) kinds: Vec<KindSetting>,
    pub(super) quiet: QuietHours,
}

pub(super) fn settings(settings: Settings) -> NoticeSettings {
    let Settings { switched_off, quiet: Quiet { on, from_minute, to_minute, time_zone } } = settings;
    let kinds = kinds().map(|kind| KindSetting { kind: kind.to_owned(), on: !switched_off.contains(kind) });
    NoticeSettings { kinds: kinds.collect(), quiet: QuietHours { on, from_minute, to_minute, time_zone } }
}
