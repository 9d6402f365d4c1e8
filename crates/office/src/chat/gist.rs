//! What a message is besides its words, as its quotes tell it: enough for a line where the message itself is not at hand.
//! Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::data::Data;
use super::model::MessageKind;

/// A message in a few words and numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChatGist)]
pub(super) struct Gist {
    /// `text`, `system`, `poll`, `call`, `merged`, `card`, `files`, `voice`, `location`, `contact`, `sticker` or `subject`; `text` too when it was
    /// recalled.
    kind: String,
    /// The name of the first file, the question, the place or the person; empty otherwise.
    title: String,
    /// How many files there are.
    files: i64,
    /// What sort of files they are, when all of them are of one.
    group: Option<String>,
    /// How long somebody speaks.
    duration_ms: i64,
    /// Whether a call is one without pictures.
    audio_only: bool,
}

impl Default for Gist {
    fn default() -> Self {
        Self { kind: MessageKind::Text.word().to_owned(), title: String::new(), files: 0, group: None, duration_ms: 0, audio_only: false }
    }
}

impl Gist {
    /// Of a message of that kind, as far as what it carries is at hand.
    pub(super) fn of(kind: MessageKind, data: Option<&Data>) -> Self {
        let nothing = Self { kind: kind.word().to_owned(), ..Self::default() };
        match data {
            Some(Data::Files(data)) => {
                let first = data.files.first();
                let group = first.filter(|first| data.files.iter().all(|file| file.group == first.group)).map(|file| file.group.clone());
                let title = first.map(|file| file.name.clone()).unwrap_or_default();
                Self { title, files: i64::try_from(data.files.len()).unwrap_or(0), group, ..nothing }
            }
            Some(Data::Voice(voice)) => Self { duration_ms: voice.duration_ms, ..nothing },
            Some(Data::Poll(poll)) => Self { title: poll.question.clone(), ..nothing },
            Some(Data::Call(call)) => Self { audio_only: call.audio_only, ..nothing },
            Some(Data::Location(place)) => {
                let title = if place.title.is_empty() { &place.address } else { &place.title };
                Self { title: title.clone(), ..nothing }
            }
            Some(Data::Contact(contact)) => Self { title: contact.name.clone(), ..nothing },
            // What a card says in short is its text; what was forwarded together is too much to be looked at for a line; what a
            // thing is called is for those who may see it; a sticker has no words.
            Some(Data::System(_) | Data::Merged(_) | Data::Card(_) | Data::Subject(_) | Data::Sticker(_)) | None => nothing,
        }
    }
}
