//! What members are told of conversations beyond the counts: that they were called by name, reminded, brought in. Which
//! words they read is the clients' business.

use kernel::Result;
use kernel::db::Tx;
use serde_json::{Value, json};

use super::events::Mentioned;
use super::model::{Conversation, JoinRequest, Kind, Level, LinkedTo, Message, Owned, Scheduled, Urgent};
use super::{ConversationId, NOTICES_MAX, UrgentId, rules, store};
use crate::desk::Desk;
use crate::notify::{self, Notice};
use crate::org::{self, MemberId, OrganisationId};
use crate::viewer::Viewer;

pub(super) const MENTIONED: &str = "chat.mentioned";
const REMINDED: &str = "chat.reminded";
const ADDED: &str = "chat.added";
const ASKED_TO_JOIN: &str = "chat.asked_to_join";
const ADMITTED: &str = "chat.admitted";
const REFUSED: &str = "chat.refused";
const NOT_SENT: &str = "chat.not_sent";
const URGENT: &str = "chat.urgent";
const DUE: &str = "chat.due";
const HANDED_OVER: &str = "chat.handed_over";

/// Every kind, in the order in which people choose among them.
pub(super) const KINDS: &[&str] = &[MENTIONED, REMINDED, ADDED, ASKED_TO_JOIN, ADMITTED, REFUSED, NOT_SENT, URGENT, DUE, HANDED_OVER];

/// What a conversation is called among the subjects of notices.
pub(super) fn subject(id: ConversationId) -> String {
    format!("chat:{id}")
}

/// Tells those who are called by name. Where everybody is called the count says so, and nobody gets a notice.
pub(super) async fn mentioned(desk: &Desk, event: Mentioned) -> Result<()> {
    let Some(message) = store::messages::for_everybody(&desk.db, event.conversation, event.message).await? else { return Ok(()) };
    let Some(conversation) = store::conversations::for_everybody(&desk.db, event.conversation).await? else { return Ok(()) };
    // Whoever has read it meanwhile, or is gone, need not be told.
    let members = store::members::all(store::From::Db(&desk.db), event.conversation).await?;
    let waiting =
        members.iter().filter(|member| event.members.contains(&member.id) && member.read_seq < message.seq && member.level != Level::None);
    let told: Vec<MemberId> = waiting.map(|member| member.id).take(desk.limits.count(&NOTICES_MAX)).collect();
    if told.is_empty() || message.recalled_at.is_some() {
        return Ok(());
    }
    let title = title(desk, &conversation, message.sender).await?;
    let mut data = about(&message);
    // The message itself is pushed.
    data["push"] = json!("none");
    let notice = notice(MENTIONED, &conversation, title, message.sender, data);
    let mut tx = desk.db.begin().await?;
    notify::tell(&mut tx, desk, told, &notice).await?;
    tx.commit().await
}

/// Tells those who have not read a message that its sender wants them to.
pub(super) async fn reminded(
    tx: &mut Tx,
    desk: &Desk,
    viewer: &Viewer,
    conversation: &Conversation,
    message: &Message,
    unread: &[MemberId],
) -> Result<()> {
    let title = title(desk, conversation, Some(viewer.member)).await?;
    let notice = notice(REMINDED, conversation, title, Some(viewer.member), about(message));
    notify::tell(tx, desk, unread.iter().copied(), &notice).await
}

/// Tells those who were brought into a group.
pub(super) async fn added(tx: &mut Tx, desk: &Desk, viewer: &Viewer, conversation: &Conversation, members: &[MemberId]) -> Result<()> {
    let notice = notice(ADDED, conversation, conversation.title.clone(), Some(viewer.member), json!({}));
    notify::tell(tx, desk, members.iter().copied().take(desk.limits.count(&NOTICES_MAX)), &notice).await
}

/// Tells those who decide about it that somebody asks to be let in.
pub(super) async fn asked_to_join(
    tx: &mut Tx,
    desk: &Desk,
    viewer: &Viewer,
    to: &LinkedTo,
    request: &JoinRequest,
    deciders: &[MemberId],
) -> Result<()> {
    let notice = Notice {
        organisation: viewer.organisation,
        kind: ASKED_TO_JOIN,
        subject: subject(to.id),
        title: to.title.clone(),
        link: format!("/chat/{}", to.id),
        data: json!({ "request_id": request.id, "note": request.note }),
        actor: Some(viewer.member),
    };
    notify::tell(tx, desk, deciders.iter().copied().take(desk.limits.count(&NOTICES_MAX)), &notice).await
}

/// Tells whoever asked to be let in what was decided. Whoever was not let in is not led to the group.
pub(super) async fn decided(
    tx: &mut Tx,
    desk: &Desk,
    viewer: &Viewer,
    conversation: &Conversation,
    member: MemberId,
    admitted: bool,
) -> Result<()> {
    let kind = if admitted { ADMITTED } else { REFUSED };
    let told = notice(kind, conversation, conversation.title.clone(), Some(viewer.member), json!({}));
    let link = if admitted { told.link.clone() } else { "/chat".to_owned() };
    notify::tell(tx, desk, [member], &Notice { link, ..told }).await
}

/// Tells whoever wanted a message sent later that it was not.
pub(super) async fn not_sent(tx: &mut Tx, desk: &Desk, organisation: OrganisationId, scheduled: &Scheduled, code: &str) -> Result<()> {
    let notice = Notice {
        organisation,
        kind: NOT_SENT,
        subject: format!("chat:scheduled:{}", scheduled.id),
        title: scheduled.title.clone(),
        link: "/chat?scheduled=1".to_owned(),
        data: json!({ "scheduled_id": scheduled.id, "text": rules::quote(&scheduled.text), "reason": code }),
        actor: None,
    };
    notify::tell(tx, desk, [scheduled.member], &notice).await
}

/// What an urgent message is called among the subjects of notices: reading its conversation is not confirming it.
pub(super) fn urgent_subject(id: UrgentId) -> String {
    format!("chat:urgent:{id}")
}

/// Tells those who have not confirmed an urgent message, once more each time.
pub(super) async fn urgent(
    tx: &mut Tx,
    desk: &Desk,
    conversation: &Conversation,
    urgent: &Urgent,
    message: &Message,
    waiting: &[MemberId],
) -> Result<()> {
    let title = title(desk, conversation, Some(urgent.by)).await?;
    let mut data = about(message);
    data["urgent_id"] = json!(urgent.id);
    data["push"] = json!("high");
    let notice = notice(URGENT, conversation, title, Some(urgent.by), data);
    let notice = Notice { subject: urgent_subject(urgent.id), ..notice };
    notify::tell(tx, desk, waiting.iter().copied(), &notice).await
}

/// Tells somebody that what they keep for later is due.
pub(super) async fn due(
    tx: &mut Tx,
    desk: &Desk,
    viewer: &Viewer,
    title: String,
    conversation: &Conversation,
    message: &Message,
    note: &str,
) -> Result<()> {
    let mut data = about(message);
    data["note"] = json!(note);
    let notice = notice(DUE, conversation, title, None, data);
    notify::tell(tx, desk, [viewer.member], &Notice { subject: format!("chat:later:{}", message.id), ..notice }).await
}

/// Tells somebody that groups are theirs now, the first of them by its name.
pub(super) async fn handed_over(tx: &mut Tx, desk: &Desk, viewer: &Viewer, to: MemberId, first: &Owned, count: usize) -> Result<()> {
    let notice = Notice {
        organisation: viewer.organisation,
        kind: HANDED_OVER,
        subject: subject(first.id),
        title: first.title.clone(),
        link: format!("/chat/{}", first.id),
        data: json!({ "count": count, "context": (count > 1).then_some("many") }),
        actor: Some(viewer.member),
    };
    notify::tell(tx, desk, [to], &notice).await
}

fn about(message: &Message) -> Value {
    let program = message.program.as_ref().map(|program| program.name.clone());
    json!({ "message_id": message.id, "seq": message.seq, "text": rules::quote(&message.text), "program": program })
}

/// Between two people a conversation is called as the one who writes.
async fn title(desk: &Desk, conversation: &Conversation, sender: Option<MemberId>) -> Result<String> {
    match conversation.kind {
        Kind::Group | Kind::Department | Kind::Everyone => Ok(conversation.title.clone()),
        Kind::Direct => {
            let people = org::cards(desk, conversation.organisation, sender).await?;
            Ok(people.into_values().next().map(|card| card.name).unwrap_or_default())
        }
    }
}

/// Where a message is shown, as a path. What leads there speaks of it.
pub(super) fn link(conversation: ConversationId, seq: i64) -> String {
    format!("/chat/{conversation}?at={seq}")
}

fn notice(kind: &'static str, conversation: &Conversation, title: String, actor: Option<MemberId>, data: Value) -> Notice {
    let link = data["seq"].as_i64().map_or_else(|| format!("/chat/{}", conversation.id), |seq| link(conversation.id, seq));
    Notice { organisation: conversation.organisation, kind, subject: subject(conversation.id), title, link, data, actor }
}
