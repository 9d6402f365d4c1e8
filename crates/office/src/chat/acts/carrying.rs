//! What people send besides text: files, their voice, a place, a colleague, a thing of another capability.

use kernel::uuid::Uuid;
use kernel::{Error, Result};

use super::super::data::{Contact, Data, Files, Location, Sticker, Subject, Voice};
use super::super::errors::Refused;
use super::super::model::MessageKind;
use super::super::subject::{CONVERSATION, MESSAGE};
use super::super::{ConversationId, StickerId, TEXT_CHARS_MAX, VOICE_SECONDS_MAX, rules, store};
use crate::desk::Desk;
use crate::drive::{self, ATTACHED_MAX, EntryId};
use crate::org::{self, MemberId};
use crate::subjects;
use crate::viewer::Viewer;

/// A message that is more than its text.
#[derive(Clone, Debug)]
pub(crate) enum Carried {
    Files(Vec<EntryId>),
    Voice {
        file: EntryId,
        duration_ms: i64,
        waveform: Vec<i64>,
    },
    Location {
        latitude: f64,
        longitude: f64,
        title: String,
        address: String,
    },
    Contact(MemberId),
    Sticker(StickerId),
    /// A thing of some capability: its kind and its id.
    Subject(String, Uuid),
}

/// What such a message is: its kind, its text and what it carries. A text goes with files only.
pub(super) async fn prepare(
    desk: &Desk,
    viewer: &Viewer,
    to: ConversationId,
    text: &str,
    carried: Carried,
) -> Result<(MessageKind, String, Option<Data>)> {
    let place = (CONVERSATION, to.uuid());
    match carried {
        Carried::Files(ids) => {
            let files = drive::for_sending(desk, viewer, place, &ids, desk.limits.of(&ATTACHED_MAX)).await?;
            let text = match text.trim().is_empty() {
                true => String::new(),
                false => rules::text(text, desk.limits.of(&TEXT_CHARS_MAX))?,
            };
            Ok((MessageKind::Files, text, Some(Data::Files(Files { files }))))
        }
        Carried::Voice { file, duration_ms, waveform } => {
            rules::voice(duration_ms, &waveform, desk.limits.of(&VOICE_SECONDS_MAX))?;
            let files = drive::for_sending(desk, viewer, place, &[file], desk.limits.of(&ATTACHED_MAX)).await?;
            let file = files.into_iter().next().filter(|file| file.group == "audio").ok_or(Refused::Field("voice"))?;
            Ok((MessageKind::Voice, String::new(), Some(Data::Voice(Voice { file, duration_ms, waveform }))))
        }
        Carried::Location { latitude, longitude, title, address } => {
            let location = rules::location(&Location { latitude, longitude, title, address })?;
            Ok((MessageKind::Location, String::new(), Some(Data::Location(location))))
        }
        Carried::Contact(member) => {
            let card = org::cards(desk, viewer.organisation, [member]).await?.remove(&member).ok_or(Refused::UnknownMember)?;
            let department = org::departments_of(desk, viewer.organisation, member).await?.into_iter().next().unwrap_or_default();
            let contact = Contact { member_id: member, name: card.name, title: card.title, department, avatar_url: card.avatar_url };
            Ok((MessageKind::Contact, String::new(), Some(Data::Contact(contact))))
        }
        Carried::Sticker(id) => {
            let own = store::stickers::file_of(&desk.db, viewer, id).await?.ok_or(Refused::NotFound)?;
            let files = drive::for_sending(desk, viewer, place, &[own], desk.limits.of(&ATTACHED_MAX)).await?;
            let sticker = files.into_iter().next().ok_or(Refused::NotFound)?;
            Ok((MessageKind::Sticker, String::new(), Some(Data::Sticker(Sticker { sticker }))))
        }
        Carried::Subject(kind, id) => {
            let subject = subject(desk, viewer, to, &kind, id).await?;
            Ok((MessageKind::Subject, String::new(), Some(Data::Subject(subject))))
        }
    }
}

/// A thing that the viewer sees, shown in a conversation. Messages are forwarded instead.
pub(super) async fn subject(desk: &Desk, viewer: &Viewer, to: ConversationId, kind: &str, id: Uuid) -> Result<Subject> {
    let known = subjects::named(kind).filter(|known| known.name != MESSAGE).ok_or(Refused::Field("subject"))?;
    let card = subjects::card(desk, viewer, known.name, id).await?.ok_or_else(Error::not_found)?;
    // It is shown before the message is written, which whoever may not write here now must not come to.
    let place = subjects::card(desk, viewer, CONVERSATION, to.uuid()).await?.ok_or_else(Error::not_found)?;
    if !place.can_write {
        return Err(Refused::Muted.into());
    }
    subjects::show(desk, viewer, (known.name, id), (CONVERSATION, to.uuid())).await?;
    Ok(Subject { kind: known.name.to_owned(), id, title: card.title })
}
