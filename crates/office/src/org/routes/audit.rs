//! The audit log, for those who may read it.

use axum::extract::State;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::rules::Permission;
use super::super::store::audit::{self, Entry};
use super::super::{AuditId, MemberId};
use crate::desk::Desk;
use crate::http::{Cursor, Json, Query};
use crate::viewer::Viewer;

const PAGE_DEFAULT: u32 = 50;
const PAGE_MAX: u32 = 200;

/// Which entries are wanted.
#[derive(Deserialize, IntoParams)]
pub(super) struct AuditQuery {
    /// Only this action, such as `org.member_created`.
    action: Option<String>,
    /// Only what this person did.
    actor: Option<MemberId>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// One administrative act.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEntry {
    id: AuditId,
    at: Time,
    actor: Option<AuditActor>,
    action: String,
    /// Whom or what it befell, as it was called then.
    subject: String,
    details: serde_json::Value,
    ip: String,
}

/// Who acted.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditActor {
    id: MemberId,
    /// As the person was called then.
    name: String,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        let name = entry.actor_name;
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor_id.map(|id| AuditActor { id, name }),
            action: entry.action,
            subject: entry.subject,
            details: entry.details.0,
            ip: entry.ip,
        }
    }
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditList {
    entries: Vec<AuditEntry>,
    next_cursor: Option<String>,
}

/// The audit log, newest first.
#[utoipa::path(get, path = "/api/org/audit", tag = "org", security(("session" = [])), params(AuditQuery), responses((status = 200, body = AuditList)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<AuditQuery>) -> Result<Json<AuditList>> {
    viewer.must(Permission::Audit)?;
    let before: Option<AuditId> = Cursor::read(query.cursor.as_deref())?;
    let limit = i64::from(query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX));
    let mut entries = audit::entries(&desk, &viewer, query.action, query.actor, before, limit + 1).await?;
    let more = entries.len() as i64 > limit;
    if more {
        entries.pop();
    }
    let next_cursor = entries.last().filter(|_| more).and_then(|last| Cursor::write(&last.id));
    let entries = entries.into_iter().map(AuditEntry::from).collect();
    Ok(Json(AuditList { entries, next_cursor }))
}
