//! What members are told of conversations beyond the counts: that they were called by name, reminded, brought in. Which
//! words they read is the clients' business.

use kernel::Result;
use kernel::db::Tx;
use serde_json::{Value, json};

use super::events::Mentioned;
use super::model::{Conversation, Kind, Message};
use super::{ConversationId, NOTICES_MAX, rules, store};
use crate::desk::Desk;
use crate::notify::{self, Notice};
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

pub(super) const MENTIONED: &str = "chat.mentioned";
const REMINDED: &str = "chat.reminded";
const ADDED: &str = "chat.added";

/// Every kind, in the order in which people choose among them.
pub(super) const KINDS: &[&str] = &[MENTIONED, REMINDED, ADDED];

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
    let waiting = members.iter().filter(|member| event.members.contains(&member.id) && member.read_seq < message.seq);
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

fn about(message: &Message) -> Value {
    json!({ "message_id": message.id, "seq": message.seq, "text": rules::quote(&message.text) })
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

fn notice(kind: &'static str, conversation: &Conversation, title: String, actor: Option<MemberId>, data: Value) -> Notice {
    let place = data["seq"].as_i64().map(|seq| format!("?at={seq}")).unwrap_or_default();
    Notice {
        organisation: conversation.organisation,
        kind,
        subject: subject(conversation.id),
        title,
        link: format!("/chat/{}{place}", conversation.id),
        data,
        actor,
    }
}
