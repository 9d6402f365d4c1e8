//! Conversations: fetched by those who belong to them, found by what makes them the only one of their kind.

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Error, Result, sql};

use super::super::model::{Conversation, Kind, Level, Mine, Role, Rules, Seen, Waiting, Who};
use super::super::{CONVERSATIONS_MAX, ConversationId};
use super::{From, read};
use crate::desk::Desk;
use crate::org::{DepartmentId, MemberId, OrganisationId};
use crate::viewer::Viewer;

/// Messages that are counted as unread at most; nobody reads a larger number.
pub(crate) const UNREAD_MAX: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: ConversationId,
    organisation_id: OrganisationId,
    kind: String,
    department_id: Option<DepartmentId>,
    title: String,
    announcement: String,
    at_all: String,
    add_members: String,
    pin: String,
    edit: String,
    history_for_new: bool,
    muted_all: bool,
    member_count: i64,
    last_seq: i64,
    change: i64,
    created_at: Time,
}

impl Row {
    fn conversation(self) -> Result<Conversation> {
        let who = |column: &str, word: &str| read(column, word, Who::from_word);
        Ok(Conversation {
            id: self.id,
            organisation: self.organisation_id,
            kind: read("kind", &self.kind, Kind::from_word)?,
            department: self.department_id,
            title: self.title,
            announcement: self.announcement,
            rules: Rules {
                at_all: who("at_all", &self.at_all)?,
                add_members: who("add_members", &self.add_members)?,
                pin: who("pin", &self.pin)?,
                edit: who("edit", &self.edit)?,
                history_for_new: self.history_for_new,
                muted_all: self.muted_all,
            },
            member_count: self.member_count,
            last_seq: self.last_seq,
            change: self.change,
            created_at: self.created_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct SeenRow {
    #[sqlx(flatten)]
    conversation: Row,
    role: String,
    nickname: String,
    read_seq: i64,
    joined_seq: i64,
    level: String,
    pinned: bool,
    pin_position: i64,
    draft: String,
    marked_unread: bool,
}

impl SeenRow {
    fn seen(self) -> Result<Seen> {
        let mine = Mine {
            role: read("role", &self.role, Role::from_word)?,
            nickname: self.nickname,
            read_seq: self.read_seq,
            joined_seq: self.joined_seq,
            level: read("level", &self.level, Level::from_word)?,
            pinned: self.pinned,
            pin_position: self.pin_position,
            draft: self.draft,
            marked_unread: self.marked_unread,
        };
        Ok(Seen { conversation: self.conversation.conversation()?, mine })
    }
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        "c.id, c.organisation_id, c.kind, c.department_id, c.title, c.announcement, c.at_all, c.add_members, c.pin, c.edit,
         c.history_for_new, c.muted_all, c.member_count, c.last_seq, c.change, c.created_at"
    };
}

/// Conversations with what they are to the member `$1`, of the organisation `$2`.
macro_rules! seen {
    ($rest:expr) => {
        sql!(concat!(
            "SELECT ",
            columns!(),
            ", v.role, v.nickname, v.read_seq, v.joined_seq, v.level, v.pinned, v.pin_position, v.draft, v.marked_unread
             FROM chat_members v JOIN chat_conversations c ON c.id = v.conversation_id
             WHERE v.member_id = $1 AND c.organisation_id = $2 ",
            $rest
        ))
    };
}

/// A conversation that the viewer belongs to.
pub(crate) async fn seen(mut from: From<'_>, viewer: &Viewer, id: ConversationId) -> Result<Seen> {
    let ask = from.ask(seen!("AND c.id = $3")).bind(viewer.member).bind(viewer.organisation).bind(id);
    let row: Option<SeenRow> = ask.optional().await?;
    row.ok_or_else(Error::not_found)?.seen()
}

/// Everything the viewer belongs to: what they pinned in its order, then the latest first.
pub(crate) async fn all_seen(desk: &Desk, viewer: &Viewer) -> Result<Vec<Seen>> {
    let most = i64::try_from(desk.limits.of(&CONVERSATIONS_MAX)).unwrap_or(i64::MAX);
    let statement = seen!("ORDER BY v.pinned DESC, CASE WHEN v.pinned THEN v.pin_position ELSE 0 END, c.last_at DESC, c.id DESC LIMIT $3");
    let rows: Vec<SeenRow> = desk.db.read(statement).bind(viewer.member).bind(viewer.organisation).bind(most).all().await?;
    rows.into_iter().map(SeenRow::seen).collect()
}

/// Those of these conversations that the viewer belongs to.
pub(crate) async fn some_seen(db: &Db, viewer: &Viewer, ids: &[ConversationId]) -> Result<Vec<Seen>> {
    let ask = db.read(seen!("AND c.id = ANY($3)")).bind(viewer.member).bind(viewer.organisation);
    let rows: Vec<SeenRow> = ask.bind(Ids::from_iter(ids.iter().map(|id| id.uuid()))).all().await?;
    rows.into_iter().map(SeenRow::seen).collect()
}

/// The conversations of departments, for those who follow the directory.
pub(crate) async fn of_departments(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = tx
        .ask(sql!(concat!(
            "SELECT ",
            columns!(),
            " FROM chat_conversations c WHERE c.organisation_id = $1 AND c.kind = 'department' ORDER BY c.id"
        )))
        .bind(organisation)
        .all()
        .await?;
    rows.into_iter().map(Row::conversation).collect()
}

/// A conversation, for those who tell everybody in it something.
pub(crate) async fn for_everybody(db: &Db, id: ConversationId) -> Result<Option<Conversation>> {
    let statement = sql!(concat!("SELECT ", columns!(), " FROM chat_conversations c WHERE c.id = $1 AND c.kind <> 'over'"));
    let row: Option<Row> = db.read(statement).bind(id).optional().await?;
    row.map(Row::conversation).transpose()
}

/// The conversation of that key, if there is one.
pub(crate) async fn by_key(mut from: From<'_>, organisation: OrganisationId, key: &str) -> Result<Option<ConversationId>> {
    let found: Option<(ConversationId,)> = from
        .ask(sql!("SELECT id FROM chat_conversations WHERE organisation_id = $1 AND only_key = $2"))
        .bind(organisation)
        .bind(key.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(id,)| id))
}

/// How many conversations a member is in.
pub(crate) async fn count_of(tx: &mut Tx, member: MemberId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM chat_members WHERE member_id = $1")).bind(member).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Writes a new conversation, without anybody in it; says whether there was none of its key.
pub(crate) async fn create(tx: &mut Tx, conversation: &Conversation, key: Option<&str>) -> Result<bool> {
    let rules = conversation.rules;
    let written = tx
        .ask(sql!(
            "INSERT INTO chat_conversations (id, organisation_id, kind, only_key, department_id, title, announcement, at_all, add_members,
                pin, edit, history_for_new, muted_all, member_count, last_seq, change, last_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, $14, $14)
             ON CONFLICT (organisation_id, only_key) DO NOTHING"
        ))
        .bind(conversation.id)
        .bind(conversation.organisation)
        .bind(conversation.kind.word())
        .bind(key.map(str::to_owned))
        .bind(conversation.department)
        .bind(conversation.title.clone())
        .bind(conversation.announcement.clone())
        .bind(rules.at_all.word())
        .bind(rules.add_members.word())
        .bind(rules.pin.word())
        .bind(rules.edit.word())
        .bind(rules.history_for_new)
        .bind(rules.muted_all)
        .bind(conversation.created_at)
        .run()
        .await?;
    Ok(written > 0)
}

/// Writes a new conversation of that key, unless somebody else was faster; gives the one there is.
pub(crate) async fn create_or_find(tx: &mut Tx, conversation: &Conversation, key: &str) -> Result<ConversationId> {
    match create(tx, conversation, Some(key)).await? {
        true => Ok(conversation.id),
        false => by_key(From::Tx(tx), conversation.organisation, key).await?.ok_or_else(Error::not_found),
    }
}

/// Raises the count of changes, which also has other changes of the conversation wait; gives the new count.
pub(crate) async fn touch(tx: &mut Tx, id: ConversationId) -> Result<i64> {
    let touched: Option<(i64,)> =
        tx.ask(sql!("UPDATE chat_conversations SET change = change + 1 WHERE id = $1 RETURNING change")).bind(id).optional().await?;
    touched.map(|(change,)| change).ok_or_else(Error::not_found)
}

/// Writes title, announcement and rules.
pub(crate) async fn save(tx: &mut Tx, conversation: &Conversation) -> Result<()> {
    let rules = conversation.rules;
    tx.ask(sql!(
        "UPDATE chat_conversations SET title = $2, announcement = $3, at_all = $4, add_members = $5, pin = $6, edit = $7,
            history_for_new = $8, muted_all = $9 WHERE id = $1"
    ))
    .bind(conversation.id)
    .bind(conversation.title.clone())
    .bind(conversation.announcement.clone())
    .bind(rules.at_all.word())
    .bind(rules.add_members.word())
    .bind(rules.pin.word())
    .bind(rules.edit.word())
    .bind(rules.history_for_new)
    .bind(rules.muted_all)
    .run()
    .await?;
    Ok(())
}

/// Calls a conversation as what it follows is called; says whether it was called something else.
pub(crate) async fn retitle(tx: &mut Tx, id: ConversationId, title: &str) -> Result<bool> {
    let changed = tx
        .ask(sql!("UPDATE chat_conversations SET title = $2, change = change + 1 WHERE id = $1 AND title <> $2"))
        .bind(id)
        .bind(title.to_owned())
        .run()
        .await?;
    Ok(changed > 0)
}

/// Has a conversation go on without the department it followed.
pub(crate) async fn set_free(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.ask(sql!("UPDATE chat_conversations SET kind = 'group', only_key = NULL, department_id = NULL WHERE id = $1"))
        .bind(id)
        .run()
        .await?;
    Ok(())
}

/// Takes everybody out of a conversation and closes it. Nobody sees any more what was said there, which is removed afterwards.
pub(crate) async fn end(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_members WHERE conversation_id = $1")).bind(id).run().await?;
    tx.ask(sql!("DELETE FROM chat_links WHERE conversation_id = $1")).bind(id).run().await?;
    tx.ask(sql!("UPDATE chat_conversations SET kind = 'over', only_key = NULL, department_id = NULL, member_count = 0 WHERE id = $1"))
        .bind(id)
        .run()
        .await?;
    Ok(())
}

/// Removes a conversation with everything in it that is left.
pub(crate) async fn remove(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_conversations WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Writes what is the viewer's alone.
pub(crate) async fn save_mine(tx: &mut Tx, viewer: &Viewer, id: ConversationId, mine: &Mine) -> Result<()> {
    tx.ask(sql!(
        "UPDATE chat_members SET level = $3, pinned = $4, pin_position = $5, draft = $6, nickname = $7, marked_unread = $8
         WHERE conversation_id = $1 AND member_id = $2"
    ))
    .bind(id)
    .bind(viewer.member)
    .bind(mine.level.word())
    .bind(mine.pinned)
    .bind(mine.pin_position)
    .bind(mine.draft.clone())
    .bind(mine.nickname.clone())
    .bind(mine.marked_unread)
    .run()
    .await?;
    Ok(())
}

/// What waits for the member `$1` in each conversation: messages of others behind the last one read, and those among
/// them that call the member. Counting ends at `$2`.
macro_rules! waiting {
    ($rest:expr) => {
        sql!(concat!(
            "SELECT v.conversation_id,
                CASE WHEN c.last_seq <= v.read_seq THEN 0 ELSE (SELECT COUNT(*) FROM (
                    SELECT 1 AS one FROM chat_messages m
                    WHERE m.conversation_id = v.conversation_id AND m.seq > v.read_seq
                      AND (m.sender_id <> v.member_id OR m.program_id IS NOT NULL) AND m.recalled_at IS NULL
                      AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id)
                    LIMIT $2) AS unread) END AS unread,
                CASE WHEN c.last_seq <= v.read_seq THEN 0 ELSE (SELECT COUNT(*) FROM (
                    SELECT 1 AS one FROM chat_mentions x
                    WHERE x.member_id = v.member_id AND x.conversation_id = v.conversation_id AND x.seq > v.read_seq
                    LIMIT $2) AS named) + (SELECT COUNT(*) FROM (
                    SELECT 1 AS one FROM chat_messages m
                    WHERE m.conversation_id = v.conversation_id AND m.seq > v.read_seq AND m.mentions_all
                      AND (m.sender_id <> v.member_id OR m.program_id IS NOT NULL)
                      AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id)
                    LIMIT $2) AS called) END AS mentions,
                v.level, v.marked_unread
             FROM chat_members v JOIN chat_conversations c ON c.id = v.conversation_id
             WHERE v.member_id = $1 ",
            $rest
        ))
    };
}

/// One line of [`waiting_in_all`].
#[derive(sqlx::FromRow)]
pub(crate) struct WaitingRow {
    pub(crate) conversation_id: ConversationId,
    unread: i64,
    mentions: i64,
    level: String,
    pub(crate) marked_unread: bool,
}

impl WaitingRow {
    pub(crate) fn level(&self) -> Result<Level> {
        read("level", &self.level, Level::from_word)
    }

    pub(crate) fn waiting(&self) -> Waiting {
        Waiting { unread: self.unread, mentions: self.mentions }
    }
}

/// What waits for the viewer in that conversation.
pub(crate) async fn waiting_in(db: &Db, viewer: &Viewer, id: ConversationId) -> Result<Waiting> {
    let ask = db.read(waiting!("AND v.conversation_id = $3")).bind(viewer.member).bind(UNREAD_MAX).bind(id);
    let row: Option<WaitingRow> = ask.optional().await?;
    Ok(row.map(|row| row.waiting()).unwrap_or_default())
}

/// What waits for the viewer, wherever something does.
pub(crate) async fn waiting_in_all(db: &Db, viewer: &Viewer) -> Result<Vec<WaitingRow>> {
    db.read(waiting!("AND (c.last_seq > v.read_seq OR v.marked_unread) LIMIT 5000")).bind(viewer.member).bind(UNREAD_MAX).all().await
}
