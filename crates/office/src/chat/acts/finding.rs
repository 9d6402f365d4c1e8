//! People and conversations found by what they are called, in Chinese, in pinyin, by initials.

use std::collections::BTreeMap;

use kernel::Result;

use super::super::model::Kind;
use super::super::{ConversationId, store, wire};
use crate::desk::Desk;
use crate::org::{self, PersonCard};
use crate::viewer::Viewer;

/// People and conversations shown at most, of each.
const SHOWN_MAX: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) people: Vec<PersonCard>,
    pub(crate) conversations: Vec<ConversationId>,
}

/// Colleagues who are not disabled, and conversations the viewer is in.
pub(crate) async fn find(desk: &Desk, viewer: &Viewer, words: &str) -> Result<Found> {
    if words.trim().is_empty() {
        return Ok(Found::default());
    }
    let people = org::find_people(desk, viewer, words, SHOWN_MAX).await?;
    // Those the viewer is in are few enough to be looked through; the latest come first.
    let seen = store::conversations::all_seen(desk, viewer).await?;
    let direct: Vec<ConversationId> =
        seen.iter().filter(|seen| seen.conversation.kind == Kind::Direct).map(|seen| seen.conversation.id).collect();
    let names: BTreeMap<ConversationId, String> = match direct.is_empty() {
        true => BTreeMap::new(),
        false => wire::titles(desk, viewer, &direct).await?.into_iter().collect(),
    };
    let title = |seen: &super::super::model::Seen| {
        let conversation = &seen.conversation;
        names.get(&conversation.id).unwrap_or(&conversation.title).clone()
    };
    let found = seen.iter().filter(|seen| org::is_called(&title(seen), words));
    Ok(Found { people, conversations: found.map(|seen| seen.conversation.id).take(SHOWN_MAX).collect() })
}
