//! How conversations and messages look as subjects: to whoever belongs to a conversation, and to nobody else.

use futures::future::BoxFuture;
use kernel::Result;
use kernel::uuid::Uuid;

use super::model::Role;
use super::store::From;
use super::{ConversationId, MessageId, StickerId, rules, store, wire};
use crate::desk::Desk;
use crate::org::MemberId;
use crate::subjects::{Card, PEOPLE_MAX, SubjectKind};
use crate::viewer::Viewer;

/// The kind that a conversation is.
pub(crate) const CONVERSATION: &str = "chat.conversation";
/// The kind that a sticker is.
pub(super) const STICKER: &str = "chat.sticker";
/// The kind that a message is.
pub(super) const MESSAGE: &str = "chat.message";

pub(super) const KINDS: &[SubjectKind] = &[
    SubjectKind { name: CONVERSATION, subject: conversation, mine: Some(mine), shown: None },
    SubjectKind { name: MESSAGE, subject: message, mine: None, shown: None },
    SubjectKind { name: STICKER, subject: sticker, mine: None, shown: None },
];

fn conversation(desk: Desk, viewer: Viewer, id: Uuid) -> BoxFuture<'static, Result<Option<Card>>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<ConversationId>() else { return Ok(None) };
        let seen = match store::conversations::seen(From::Db(&desk.db), &viewer, id).await {
            Ok(seen) => seen,
            Err(error) if error.refusal().is_some() => return Ok(None),
            Err(error) => return Err(error),
        };
        let title = wire::titles(&desk, &viewer, &[id]).await?.remove(&id).unwrap_or_default();
        let of = (seen.conversation.rules.muted_all, seen.conversation.rules.at_all);
        let roll = desk.chat.rolls.of(&desk.db, id).await?;
        let may_write = rules::may_write(seen.conversation.kind, of, seen.mine.role, false).is_ok();
        let people: Vec<MemberId> = roll.iter().map(|(member, _)| *member).take(PEOPLE_MAX).collect();
        Ok(Some(Card {
            title,
            link: format!("/chat/{id}"),
            picture: None,
            state: seen.conversation.kind.word(),
            starts_at: None,
            ended_at: None,
            people_count: seen.conversation.member_count,
            people,
            can_write: may_write,
            can_call: may_write,
            can_manage: seen.mine.role >= Role::Admin,
        }))
    })
}

fn mine(desk: Desk, viewer: Viewer) -> BoxFuture<'static, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let seen = store::conversations::all_seen(&desk, &viewer).await?;
        Ok(seen.iter().map(|seen| seen.conversation.id.uuid()).collect())
    })
}

/// A message that was recalled is nothing any more.
fn message(desk: Desk, viewer: Viewer, id: Uuid) -> BoxFuture<'static, Result<Option<Card>>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<MessageId>() else { return Ok(None) };
        let Some((conversation, seq, sender)) = store::messages::place_of(&desk.db, &viewer, id).await? else { return Ok(None) };
        Ok(Some(Card {
            title: String::new(),
            link: format!("/chat/{conversation}?at={seq}"),
            picture: None,
            state: "",
            starts_at: None,
            ended_at: None,
            people_count: 0,
            people: sender.into_iter().collect(),
            can_write: false,
            can_call: false,
            can_manage: sender == Some(viewer.member),
        }))
    })
}

/// A sticker is its collector's alone; what they send is a copy.
fn sticker(desk: Desk, viewer: Viewer, id: Uuid) -> BoxFuture<'static, Result<Option<Card>>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<StickerId>() else { return Ok(None) };
        let own = store::stickers::file_of(&desk.db, &viewer, id).await?;
        Ok(own.map(|file| Card {
            title: String::new(),
            link: "/chat".to_owned(),
            picture: Some(format!("/api/drive/files/{file}/content")),
            state: "",
            starts_at: None,
            ended_at: None,
            people_count: 0,
            people: vec![viewer.member],
            can_write: true,
            can_call: false,
            can_manage: true,
        }))
    })
}
