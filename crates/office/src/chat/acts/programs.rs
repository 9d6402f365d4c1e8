//! What programs do in conversations, for the capability that lets them in: it decides which program may write where;
//! here it is written, found, answered and counted like what people say.

use kernel::db::Tx;
use kernel::{Error, Result};

use super::super::card::Card;
use super::super::data::{self, Data, Files, Voice};
use super::super::errors::Refused;
use super::super::events::Posted;
use super::super::gist::Gist;
use super::super::model::{Conversation, Kind, Message, MessageKind, Program, Quote, Role, Who};
use super::super::store::From;
use super::super::store::append::{NewMessage, Sent, Speaking};
use super::super::{ConversationId, MessageId, PROGRAM_TEXT_CHARS_MAX, ProgramId, rules, store, wire};
use super::changing::Changing;
use super::sending::who_is_called;
use crate::desk::Desk;
use crate::drive::{self, FileCard};
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

/// A conversation as those who let programs in see it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) id: ConversationId,
    pub(crate) kind: Kind,
    pub(crate) title: String,
    pub(crate) last_seq: i64,
    pub(crate) member_count: i64,
    /// Whether the viewer may let programs in and send them away.
    pub(crate) may_change: bool,
}

impl Place {
    fn of(conversation: Conversation, may_change: bool) -> Place {
        let Conversation { id, kind, title, last_seq, member_count, .. } = conversation;
        Place { id, kind, title, last_seq, member_count, may_change }
    }
}

/// A conversation of the viewer's. Whoever may bring people in may bring programs in; where nobody is brought in, those
/// who look after it may; two people are left alone.
pub(crate) async fn place(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Place> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    let may_change = match seen.conversation.kind {
        Kind::Direct => false,
        Kind::Group => rules::may(seen.conversation.rules.add_members, seen.mine.role),
        Kind::Department | Kind::Everyone => seen.mine.role >= Role::Admin,
    };
    Ok(Place::of(seen.conversation, may_change))
}

/// A conversation that a program was let into, as long as it is there.
pub(crate) async fn place_for(desk: &Desk, id: ConversationId) -> Result<Option<Place>> {
    let found = store::conversations::for_everybody(&desk.db, id).await?;
    Ok(found.map(|conversation| Place::of(conversation, false)))
}

/// What a program says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Markdown.
    Text(String),
    Card(Box<Card>),
}

/// What goes with it, brought by a member and waiting to be sent.
#[derive(Clone, Debug)]
pub(crate) enum Enclosed {
    /// What is said is their caption, which may be empty.
    Files(Vec<FileCard>),
    /// Nothing is said besides.
    Voice { file: FileCard, duration_ms: i64, waveform: Vec<i64> },
}

/// Something a program writes.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) conversation: ConversationId,
    /// The same one of the same program is written once.
    pub(crate) client_id: Option<String>,
    pub(crate) said: Said,
    /// With who has brought it.
    pub(crate) enclosed: Option<(Enclosed, MemberId)>,
    pub(crate) mentions: Vec<MemberId>,
    pub(crate) mentions_all: bool,
    pub(crate) reply_to: Option<MessageId>,
    /// Who let the program in: it calls everybody where they may.
    pub(crate) behalf: Option<MemberId>,
}

/// Writes down what a program is called, now and in what it has written.
pub(crate) async fn save_program(tx: &mut Tx, organisation: OrganisationId, program: &Program) -> Result<()> {
    store::programs::save(tx, organisation, program).await
}

/// Has what is written in a conversation announced as [`Posted`], or no longer.
pub(crate) async fn listen_to(tx: &mut Tx, id: ConversationId, listened: bool) -> Result<()> {
    store::programs::set_listened(tx, id, listened).await
}

fn said(desk: &Desk, said: Said) -> Result<(MessageKind, String, Option<Data>), Refused> {
    match said {
        Said::Text(text) => Ok((MessageKind::Text, rules::text(&text, desk.limits.of(&PROGRAM_TEXT_CHARS_MAX))?, None)),
        Said::Card(card) => {
            let card = card.tidied().ok_or(Refused::Empty)?;
            Ok((MessageKind::Card, card.summary.clone(), Some(Data::Card(card))))
        }
    }
}

/// The same with what goes with it. A card goes alone.
fn enclosing(desk: &Desk, said: Said, enclosed: Enclosed) -> Result<(MessageKind, String, Option<Data>), Refused> {
    let caption = match said {
        Said::Text(text) if text.trim().is_empty() => String::new(),
        Said::Text(text) => rules::text(&text, desk.limits.of(&PROGRAM_TEXT_CHARS_MAX))?,
        Said::Card(_) => return Err(Refused::Field("card")),
    };
    match enclosed {
        Enclosed::Files(files) => Ok((MessageKind::Files, caption, Some(Data::Files(Files { files })))),
        Enclosed::Voice { file, duration_ms, waveform } => {
            Ok((MessageKind::Voice, String::new(), Some(Data::Voice(Voice { file, duration_ms, waveform }))))
        }
    }
}

/// What that program has written under that id before, so that nothing is brought along twice.
pub(crate) async fn said_before(
    desk: &Desk,
    program: ProgramId,
    conversation: ConversationId,
    client_id: &str,
) -> Result<Option<wire::Message>> {
    let mut tx = desk.db.begin().await?;
    let known = store::programs::of_program_clients(&mut tx, &[(program, client_id)]).await?;
    drop(tx);
    let Some((.., id)) = known.into_iter().next() else { return Ok(None) };
    let message = store::messages::for_everybody(&desk.db, conversation, id).await?;
    Ok(message.map(|message| wire::message(&message)))
}

/// Writes what a program says together with what people send; says whether it is new.
pub(crate) async fn post_as(desk: &Desk, program: &Program, post: Post) -> Result<(wire::Message, bool)> {
    let conversation = store::conversations::for_everybody(&desk.db, post.conversation).await?.ok_or_else(Error::not_found)?;
    let (said, files_by) = match post.enclosed {
        None => (said(desk, post.said)?, None),
        Some((enclosed, by)) => (enclosing(desk, post.said, enclosed)?, Some(by)),
    };
    let (kind, text, data) = said;
    let now = desk.now();
    let id = MessageId::draw(&desk.chance, now);
    let client_id = post.client_id.as_deref().map(rules::client_id).transpose()?;
    let message = NewMessage {
        id,
        conversation: conversation.id,
        sender: None,
        program: Some(Speaking { program: program.clone(), files_by }),
        client_id: client_id.unwrap_or_else(|| id.to_string()),
        kind,
        text,
        data,
        mentions: who_is_called(desk, conversation.id, post.mentions).await?,
        mentions_all: post.mentions_all && may_call_all(desk, &conversation, post.behalf).await?,
        quote: quoted(desk, conversation.id, post.reply_to).await?,
        thread_root: None,
        sent_at: now,
    };
    match desk.chat.writer.write(message).await? {
        Sent::New { message, .. } => Ok((wire::message(&message), true)),
        Sent::Again(id) => {
            let message = store::messages::for_everybody(&desk.db, conversation.id, id).await?;
            message.map(|message| (wire::message(&message), false)).ok_or_else(Error::not_found)
        }
        Sent::Refused(refused) => Err(refused.into()),
    }
}

/// A program calls everybody where everyone may, and where whoever let it in may.
async fn may_call_all(desk: &Desk, conversation: &Conversation, behalf: Option<MemberId>) -> Result<bool> {
    match conversation.rules.at_all {
        Who::Everyone => Ok(true),
        Who::Admins => {
            let members = store::members::all(From::Db(&desk.db), conversation.id).await?;
            Ok(members.iter().any(|member| Some(member.id) == behalf && member.role >= Role::Admin))
        }
    }
}

async fn quoted(desk: &Desk, conversation: ConversationId, id: Option<MessageId>) -> Result<Option<Quote>> {
    let Some(id) = id else { return Ok(None) };
    let message = store::messages::for_everybody(&desk.db, conversation, id).await?.ok_or_else(Error::not_found)?;
    if message.recalled_at.is_some() {
        return Err(Refused::Recalled.into());
    }
    let program = message.program.map(|program| program.name);
    let gist = Gist::of(message.kind, message.data.as_ref());
    Ok(Some(Quote { id, seq: message.seq, sender: message.sender, program, text: rules::quote(&message.text), gist }))
}

/// What a program has written itself.
async fn own(desk: &Desk, program: ProgramId, id: MessageId) -> Result<Message> {
    let conversation = store::programs::place_of(&desk.db, program, id).await?.ok_or_else(Error::not_found)?;
    store::messages::for_everybody(&desk.db, conversation, id).await?.ok_or_else(Error::not_found)
}

/// Where a program has written that.
pub(crate) async fn place_of_message(desk: &Desk, program: ProgramId, id: MessageId) -> Result<ConversationId> {
    store::programs::place_of(&desk.db, program, id).await?.ok_or_else(Error::not_found)
}

/// Replaces what a program has said, in its place.
pub(crate) async fn update_as(
    desk: &Desk,
    program: ProgramId,
    id: MessageId,
    now_said: Said,
    mentions: Option<Vec<MemberId>>,
) -> Result<wire::Message> {
    let before = own(desk, program, id).await?;
    let (kind, text, data) = said(desk, now_said)?;
    let mentions = match mentions {
        Some(members) => who_is_called(desk, before.conversation, members).await?,
        None => before.mentions.clone(),
    };
    let mut changing = Changing::begin(desk, &before).await?;
    let after = Message { kind, text, data, mentions, edited_at: Some(desk.now()), ..before.clone() };
    store::programs::rewrite(&mut changing.tx, &before, &after).await?;
    forget_files(&mut changing, desk, &before).await?;
    changing.finish(desk).await?;
    Ok(wire::message(&own(desk, program, id).await?))
}

/// Files go with the message they were sent with.
async fn forget_files(changing: &mut Changing, desk: &Desk, message: &Message) -> Result<()> {
    match message.data.as_ref().is_some_and(|data| !data.files().is_empty()) {
        true => drive::forget_attached(&mut changing.tx, desk, message.id.uuid(), desk.now()).await,
        false => Ok(()),
    }
}

/// Takes back what a program has said. Doing so twice changes nothing.
pub(crate) async fn recall_as(desk: &Desk, program: ProgramId, id: MessageId) -> Result<()> {
    let message = own(desk, program, id).await?;
    if message.recalled_at.is_some() {
        return Ok(());
    }
    let mut changing = Changing::begin(desk, &message).await?;
    changing.take_back(desk, &message, None).await?;
    forget_files(&mut changing, desk, &message).await?;
    changing.finish(desk).await
}

/// What was written in a conversation after that number, for a program that was let in before.
pub(crate) async fn history_for(desk: &Desk, id: ConversationId, after: i64, limit: i64) -> Result<(Vec<wire::Message>, bool)> {
    let (messages, more) = store::messages::page_for_everybody(&desk.db, id, after, limit).await?;
    Ok((wire::messages(&messages), more))
}

/// What a program hears.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) message: wire::Message,
    /// Who said it; nobody when the office itself did.
    pub(crate) sender: Option<MemberId>,
    pub(crate) text: String,
    /// Who came or went, when it tells that.
    pub(crate) members_changed: bool,
}

/// What was announced, as long as it stands.
pub(crate) async fn heard(desk: &Desk, posted: &Posted) -> Result<Option<Heard>> {
    let found = store::messages::for_everybody(&desk.db, posted.conversation, posted.message).await?;
    let Some(message) = found.filter(|message| message.recalled_at.is_none()) else { return Ok(None) };
    use data::Event as E;
    let members_changed = match &message.data {
        Some(Data::System(system)) => matches!(system.event, E::MembersAdded | E::MemberLeft | E::MemberRemoved),
        Some(
            Data::Poll(_)
            | Data::Call(_)
            | Data::Merged(_)
            | Data::Card(_)
            | Data::Files(_)
            | Data::Voice(_)
            | Data::Location(_)
            | Data::Contact(_)
            | Data::Sticker(_)
            | Data::Subject(_),
        )
        | None => false,
    };
    Ok(Some(Heard { sender: message.sender, text: message.text.clone(), members_changed, message: wire::message(&message) }))
}

/// A card that somebody has before them.
#[derive(Clone, Debug)]
pub(crate) struct PickedUp {
    pub(crate) conversation: ConversationId,
    pub(crate) program: Program,
    pub(crate) card: Card,
}

/// The card of a program that the viewer sees.
pub(crate) async fn pick_up(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<PickedUp> {
    let (seen, message) = store::messages::one(&desk.db, viewer, id).await?;
    match (message.program, message.data) {
        (Some(program), Some(Data::Card(card))) => Ok(PickedUp { conversation: seen.conversation.id, program, card }),
        _ if message.recalled_at.is_some() => Err(Refused::Recalled.into()),
        _ => Err(Error::not_found()),
    }
}
