//! The links that lead into groups, and the people who ask to be let in. Whoever has a link is told of the group as far as
//! one needs to know before joining, and only in its own organisation.

use std::collections::HashMap;

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};

use super::super::model::{JoinRequest, Link, LinkedTo, Who};
use super::super::{ConversationId, RequestId};
use super::{From, read};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Replaces the link of a group.
pub(crate) async fn replace(tx: &mut Tx, id: ConversationId, link: &Link, now: Time) -> Result<()> {
    revoke(tx, id).await?;
    tx.ask(sql!(
        "INSERT INTO chat_links (conversation_id, token, approval, expires_at, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    ))
    .bind(id)
    .bind(link.token.clone())
    .bind(link.approval)
    .bind(link.expires_at)
    .bind(link.created_by)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Takes the link of a group back; says whether there was one.
pub(crate) async fn revoke(tx: &mut Tx, id: ConversationId) -> Result<bool> {
    Ok(tx.ask(sql!("DELETE FROM chat_links WHERE conversation_id = $1")).bind(id).run().await? > 0)
}

/// The link of a group, as long as it is good. Whoever asks has found out that its viewer may see it.
pub(crate) async fn of(db: &Db, id: ConversationId, now: Time) -> Result<Option<Link>> {
    let row: Option<(String, bool, Option<Time>, MemberId)> = db
        .read(sql!(
            "SELECT l.token, l.approval, l.expires_at, l.created_by FROM chat_links l
             WHERE l.conversation_id = $1 AND (l.expires_at > $2 OR l.expires_at IS NULL)"
        ))
        .bind(id)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|(token, approval, expires_at, created_by)| Link { token, approval, expires_at, created_by }))
}

#[derive(sqlx::FromRow)]
struct LinkedRow {
    id: ConversationId,
    title: String,
    announcement: String,
    member_count: i64,
    approval: bool,
    add_members: String,
    maker_role: String,
    is_member: bool,
    has_asked: bool,
}

/// The group a link leads to, for a viewer of the same organisation. A link is good for as long as whoever made it is in the
/// group and may bring people in.
pub(crate) async fn leads_to(mut from: From<'_>, viewer: &Viewer, token: &str, now: Time) -> Result<Option<LinkedTo>> {
    let row: Option<LinkedRow> = from
        .ask(sql!(
            "SELECT c.id, c.title, c.announcement, c.member_count, l.approval, c.add_members, b.role AS maker_role,
                EXISTS (SELECT 1 FROM chat_members v WHERE v.conversation_id = c.id AND v.member_id = $3) AS is_member,
                EXISTS (SELECT 1 FROM chat_requests r WHERE r.conversation_id = c.id AND r.member_id = $3) AS has_asked
             FROM chat_links l JOIN chat_conversations c ON c.id = l.conversation_id
             JOIN chat_members b ON b.conversation_id = c.id AND b.member_id = l.created_by
             WHERE l.token = $1 AND c.organisation_id = $2 AND c.kind = 'group' AND (l.expires_at > $4 OR l.expires_at IS NULL)"
        ))
        .bind(token.to_owned())
        .bind(viewer.organisation)
        .bind(viewer.member)
        .bind(now)
        .optional()
        .await?;
    let Some(row) = row else { return Ok(None) };
    let may = super::super::rules::may(
        read("add_members", &row.add_members, Who::from_word)?,
        read("role", &row.maker_role, super::super::model::Role::from_word)?,
    );
    let LinkedRow { id, title, announcement, member_count, approval, is_member, has_asked, .. } = row;
    Ok(may.then_some(LinkedTo { id, title, announcement, member_count, approval, is_member, has_asked }))
}

/// Writes down that somebody asks to be let in. Asking again replaces what they said.
pub(crate) async fn ask(tx: &mut Tx, request: &JoinRequest) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO chat_requests (id, conversation_id, member_id, note, asked_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (conversation_id, member_id) DO UPDATE SET note = excluded.note, asked_at = excluded.asked_at"
    ))
    .bind(request.id)
    .bind(request.conversation)
    .bind(request.member)
    .bind(request.note.clone())
    .bind(request.asked_at)
    .run()
    .await?;
    Ok(())
}

type RequestRow = (RequestId, ConversationId, MemberId, String, Time);

fn request((id, conversation, member, note, asked_at): RequestRow) -> JoinRequest {
    JoinRequest { id, conversation, member, note, asked_at }
}

/// Who asks to be let into a group, the oldest first, for those who have found out that their viewer decides about it.
pub(crate) async fn requests(mut from: From<'_>, id: ConversationId) -> Result<Vec<JoinRequest>> {
    let rows: Vec<RequestRow> = from
        .ask(sql!(
            "SELECT id, conversation_id, member_id, note, asked_at FROM chat_requests WHERE conversation_id = $1
             ORDER BY asked_at, id LIMIT 10000"
        ))
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(request).collect())
}

/// A request in a group that the viewer belongs to.
pub(crate) async fn one_request(mut from: From<'_>, viewer: &Viewer, id: RequestId) -> Result<Option<JoinRequest>> {
    let row: Option<RequestRow> = from
        .ask(sql!(
            "SELECT r.id, r.conversation_id, r.member_id, r.note, r.asked_at FROM chat_requests r
             JOIN chat_members v ON v.conversation_id = r.conversation_id AND v.member_id = $1 WHERE r.id = $2"
        ))
        .bind(viewer.member)
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(request))
}

/// Forgets what these people asked: they were let in, or not.
pub(crate) async fn answered(tx: &mut Tx, id: ConversationId, members: impl Iterator<Item = MemberId>) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_requests WHERE conversation_id = $1 AND member_id = ANY($2)"))
        .bind(id)
        .bind(Ids::from_iter(members.map(MemberId::uuid)))
        .run()
        .await?;
    Ok(())
}

/// How many wait in those of these groups about which the viewer decides.
pub(crate) async fn count_requests(db: &Db, viewer: &Viewer, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    let rows: Vec<(ConversationId, i64)> = db
        .read(sql!(
            "SELECT r.conversation_id, COUNT(*) FROM chat_requests r
             JOIN chat_members v ON v.conversation_id = r.conversation_id AND v.member_id = $1 AND v.role <> 'member'
             WHERE r.conversation_id = ANY($2) GROUP BY r.conversation_id"
        ))
        .bind(viewer.member)
        .bind(Ids::from_iter(ids.iter().map(|id| id.uuid())))
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}
