//! The files of a conversation, and what is found out about them after they were sent.

use kernel::Result;
use kernel::uuid::Uuid;

use super::super::crier::News;
use super::super::model::Message;
use super::super::{ConversationId, MessageId, store};
use crate::desk::Desk;
use crate::drive::{self, FileCard};
use crate::terms::Question;
use crate::viewer::Viewer;

/// Messages that are looked at for one page.
const LOOKED_AT: i64 = 200;
/// How often more of them are looked at, before the asker is told to go on from there.
const ROUNDS_MAX: usize = 20;

/// What files are wanted.
pub(crate) struct Wanted {
    pub(crate) group: Option<String>,
    pub(crate) words: Option<Question>,
    /// Of messages before that number.
    pub(crate) before: i64,
    pub(crate) limit: usize,
}

/// Files of a conversation, the latest message first; and the number to go on before, when there may be more. The files of
/// one message stay together.
pub(crate) async fn of_conversation(
    desk: &Desk,
    viewer: &Viewer,
    id: ConversationId,
    wanted: Wanted,
) -> Result<(Vec<(Message, FileCard)>, Option<i64>)> {
    let fits = |file: &FileCard| {
        wanted.group.as_ref().is_none_or(|group| *group == file.group) && wanted.words.as_ref().is_none_or(|words| words.is_in(&file.name))
    };
    let (mut found, mut before) = (Vec::new(), wanted.before);
    for _ in 0..ROUNDS_MAX {
        let messages = store::messages::with_files(&desk.db, viewer, id, before, LOOKED_AT).await?;
        for message in &messages {
            before = message.seq;
            let files = message.data.iter().flat_map(|data| data.files()).filter(|file| fits(file));
            found.extend(files.map(|file| (message.clone(), file.clone())));
            if found.len() >= wanted.limit {
                return Ok((found, Some(before)));
            }
        }
        if i64::try_from(messages.len()).unwrap_or(0) < LOOKED_AT {
            return Ok((found, None));
        }
    }
    Ok((found, Some(before)))
}

/// Shows on the messages what was found in the bytes of their files.
pub(crate) async fn follow(desk: &Desk, hash: &str) -> Result<()> {
    for (thing, card) in drive::attached_with(desk, hash).await? {
        show(desk, thing, &card).await?;
    }
    Ok(())
}

async fn show(desk: &Desk, thing: Uuid, card: &FileCard) -> Result<()> {
    let Ok(id) = thing.to_string().parse::<MessageId>() else { return Ok(()) };
    let Some(message) = store::messages::anywhere(&desk.db, id).await? else { return Ok(()) };
    let Some(before) = &message.data else { return Ok(()) };
    let mut data = before.clone();
    for file in data.files_mut() {
        if file.id == card.id {
            *file = card.clone();
        }
    }
    if data == *before {
        return Ok(());
    }
    let mut tx = desk.db.begin().await?;
    let change = store::conversations::touch(&mut tx, message.conversation).await?;
    if !store::writing::stamp(&mut tx, &message, change).await? {
        return Ok(());
    }
    store::writing::set_data(&mut tx, &message, &data).await?;
    tx.commit().await?;
    desk.chat.tell(vec![News::Changed(message.conversation, id)]).await;
    Ok(())
}
