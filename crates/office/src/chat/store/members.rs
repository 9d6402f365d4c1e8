//! Who belongs to a conversation.

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};
use serde_json::json;
use sqlx::types::Json;

use super::super::ConversationId;
use super::super::model::{Level, Member, Owned, Role};
use super::{From, read};
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    member_id: MemberId,
    role: String,
    nickname: String,
    read_seq: i64,
    joined_seq: i64,
    level: String,
}

impl Row {
    fn member(self) -> Result<Member> {
        let role = read("role", &self.role, Role::from_word)?;
        let level = read("level", &self.level, Level::from_word)?;
        let Row { member_id: id, nickname, read_seq, joined_seq, .. } = self;
        Ok(Member { id, role, nickname, read_seq, joined_seq, level })
    }
}

/// Everybody in a conversation, those who have been there longest first. Whoever asks has found out already that its
/// viewer belongs to it.
pub(crate) async fn all(mut from: From<'_>, id: ConversationId) -> Result<Vec<Member>> {
    let rows: Vec<Row> = from
        .ask(sql!(
            "SELECT member_id, role, nickname, read_seq, joined_seq, level FROM chat_members
             WHERE conversation_id = $1 ORDER BY joined_at, member_id"
        ))
        .bind(id)
        .all()
        .await?;
    rows.into_iter().map(Row::member).collect()
}

/// Everybody in a conversation, each with the last message that does not exist for them.
pub(crate) async fn roll(db: &Db, id: ConversationId) -> Result<Vec<(MemberId, i64)>> {
    db.read(sql!("SELECT member_id, from_seq FROM chat_members WHERE conversation_id = $1 ORDER BY member_id")).bind(id).all().await
}

/// Those of these people who have not read that far, each with what of the conversation makes a noise for them.
pub(crate) async fn listening(db: &Db, id: ConversationId, among: &[MemberId], seq: i64) -> Result<Vec<(MemberId, Level)>> {
    let rows: Vec<(MemberId, String)> = db
        .read(sql!(
            "SELECT member_id, level FROM chat_members
         WHERE conversation_id = $1 AND member_id = ANY($2) AND read_seq < $3 ORDER BY member_id"
        ))
        .bind(id)
        .bind(Ids::from_iter(among.iter().map(|member| member.uuid())))
        .bind(seq)
        .all()
        .await?;
    rows.into_iter().map(|(member, level)| Ok((member, read("level", &level, Level::from_word)?))).collect()
}

/// The other one in each of these conversations of two.
pub(crate) async fn peers(db: &Db, viewer: &Viewer, conversations: &[ConversationId]) -> Result<Vec<(ConversationId, MemberId)>> {
    db.read(sql!("SELECT conversation_id, member_id FROM chat_members WHERE conversation_id = ANY($2) AND member_id <> $1"))
        .bind(viewer.member)
        .bind(Ids::from_iter(conversations.iter().map(|id| id.uuid())))
        .all()
        .await
}

/// Somebody who comes in.
pub(crate) struct Coming {
    pub(crate) member: MemberId,
    pub(crate) role: Role,
}

/// Lets people in who are not there yet; gives those who were not. What was written before exists for them if the rules
/// say so, and is read.
pub(crate) async fn add(tx: &mut Tx, id: ConversationId, coming: &[Coming], now: Time) -> Result<Vec<MemberId>> {
    if coming.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<_> = coming.iter().map(|coming| json!({ "member": coming.member, "role": coming.role.word() })).collect();
    let added: Vec<(MemberId,)> = tx
        .ask(sql!(
            "INSERT INTO chat_members (conversation_id, member_id, role, nickname, joined_at, joined_seq, from_seq, read_seq, pinned,
                pin_position, draft, marked_unread)
             SELECT c.id, n.member, n.role, '', $3, c.last_seq, CASE WHEN c.history_for_new THEN 0 ELSE c.last_seq END, c.last_seq,
                FALSE, 0, '', FALSE
             FROM chat_conversations c JOIN jsonb_to_recordset($2) AS n (member UUID, role TEXT) ON TRUE WHERE c.id = $1
             ON CONFLICT (conversation_id, member_id) DO NOTHING RETURNING member_id"
        ))
        .bind(id)
        .bind(Json(json!(rows)))
        .bind(now)
        .all()
        .await?;
    super::links::answered(tx, id, coming.iter().map(|coming| coming.member)).await?;
    count(tx, id).await?;
    Ok(added.into_iter().map(|(member,)| member).collect())
}

/// Takes people out; gives those who were there.
pub(crate) async fn remove(tx: &mut Tx, id: ConversationId, members: &[MemberId]) -> Result<Vec<MemberId>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let removed: Vec<(MemberId,)> = tx
        .ask(sql!("DELETE FROM chat_members WHERE conversation_id = $1 AND member_id = ANY($2) RETURNING member_id"))
        .bind(id)
        .bind(Ids::from_iter(members.iter().map(|member| member.uuid())))
        .all()
        .await?;
    tx.ask(sql!("DELETE FROM chat_mentions WHERE conversation_id = $1 AND member_id = ANY($2)"))
        .bind(id)
        .bind(Ids::from_iter(members.iter().map(|member| member.uuid())))
        .run()
        .await?;
    count(tx, id).await?;
    Ok(removed.into_iter().map(|(member,)| member).collect())
}

async fn count(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.ask(sql!(
        "UPDATE chat_conversations SET member_count = (SELECT COUNT(*) FROM chat_members WHERE conversation_id = $1) WHERE id = $1"
    ))
    .bind(id)
    .run()
    .await?;
    Ok(())
}

/// Gives somebody another role.
pub(crate) async fn set_role(tx: &mut Tx, id: ConversationId, member: MemberId, role: Role) -> Result<()> {
    tx.ask(sql!("UPDATE chat_members SET role = $3 WHERE conversation_id = $1 AND member_id = $2"))
        .bind(id)
        .bind(member)
        .bind(role.word())
        .run()
        .await?;
    Ok(())
}

/// Which groups of the organisation each of these people is in.
pub(crate) async fn groups_of_any_but(
    tx: &mut Tx,
    organisation: OrganisationId,
    but: &[MemberId],
) -> Result<Vec<(ConversationId, MemberId)>> {
    tx.ask(sql!(
        "SELECT v.conversation_id, v.member_id FROM chat_members v JOIN chat_conversations c ON c.id = v.conversation_id
         WHERE c.organisation_id = $1 AND c.kind = 'group' AND NOT (v.member_id = ANY($2)) ORDER BY v.conversation_id"
    ))
    .bind(organisation)
    .bind(Ids::from_iter(but.iter().map(|member| member.uuid())))
    .all()
    .await
}

/// The groups that somebody owns.
pub(crate) async fn owned(db: &Db, organisation: OrganisationId, member: MemberId) -> Result<Vec<Owned>> {
    db.read(sql!(
        "SELECT c.id, c.title, c.member_count FROM chat_members v JOIN chat_conversations c ON c.id = v.conversation_id
         WHERE c.organisation_id = $1 AND v.member_id = $2 AND v.role = 'owner' AND c.kind = 'group' ORDER BY c.title, c.id LIMIT 5000"
    ))
    .bind(organisation)
    .bind(member)
    .all()
    .await
}

/// How many people are in a conversation, within a change.
pub(crate) async fn count_in(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM chat_members WHERE conversation_id = $1")).bind(id).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}
