//! Messages that their sender wants confirmed: those concerned are told until they do, as often as the limit allows.

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::crier::News;
use super::super::errors::Refused;
use super::super::model::{Kind, Message, Seen, Urgent};
use super::super::store::From;
use super::super::{
    ConversationId, MessageId, REMIND_MINUTES, SCHEDULED_DAYS, URGENT_OPEN_MAX, URGENT_PEOPLE_MAX, URGENT_ROUNDS_MAX, UrgentId, notices,
    rules, store,
};
use super::changing::Changing;
use super::marks;
use super::sending::{Draft, send_at_a_pace};
use crate::desk::Desk;
use crate::notify;
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

/// What a job of this kind is called.
pub(crate) const TELL: &str = "chat.tell_urgent";

/// Which one is to be told, for the how many-th time. One that was told meanwhile has another job.
#[derive(Serialize, Deserialize)]
struct Due {
    id: UrgentId,
    round: i64,
}

/// Of whom it is wanted.
#[derive(Clone, Debug)]
pub(crate) enum To {
    These(Vec<MemberId>),
    /// Those who have not read it.
    Unread,
    All,
}

/// How urgent it is.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) to: To,
    /// At once when nothing is said.
    pub(crate) at: Option<Time>,
    /// Once when nothing is said.
    pub(crate) repeat_minutes: Option<i64>,
}

/// Has a message of the viewer's confirmed by those it is for.
pub(crate) async fn make(desk: &Desk, viewer: &Viewer, id: MessageId, wanted: Wanted) -> Result<Urgent> {
    let message = marks::own(desk, viewer, id).await?;
    let (seen, _) = store::messages::one(&desk.db, viewer, id).await?;
    let now = desk.now();
    let (at, repeat_minutes) = when(desk, &wanted)?;
    let people = whom(desk, viewer, &seen, wanted.to, Some(&message)).await?;
    let urgent = Urgent {
        id: UrgentId::draw(&desk.chance, now),
        message: id,
        conversation: message.conversation,
        by: viewer.member,
        at: at.unwrap_or(now),
        repeat_minutes,
        rounds: 0,
        told_at: None,
        ended_at: None,
        people: people.into_iter().map(|member| (member, None)).collect(),
    };
    let mut changing = Changing::begin(desk, &message).await?;
    if store::urgent::is_open(&mut changing.tx, id).await? {
        return Err(Refused::AlreadyUrgent.into());
    }
    store::urgent::add(&mut changing.tx, &urgent).await?;
    let max = desk.limits.of(&URGENT_OPEN_MAX);
    if store::urgent::count_open(&mut changing.tx, viewer.member).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    match at {
        Some(at) => plan(&mut changing.tx, desk, &urgent, at).await?,
        None => {
            let told = tell(&mut changing.tx, desk, &urgent).await?;
            changing.news.extend(told);
        }
    }
    changing.finish(desk).await?;
    seen_by(desk, viewer, urgent.id).await
}

/// Sends a text and has it confirmed. The same client's id does both once.
pub(crate) async fn send_urgent(desk: &Desk, viewer: &Viewer, id: ConversationId, draft: Draft, wanted: Wanted) -> Result<Urgent> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    when(desk, &wanted)?;
    whom(desk, viewer, &seen, wanted.to.clone(), None).await?;
    let (message, _) = send_at_a_pace(desk, viewer, id, draft).await?;
    match message.urgent {
        Some(urgent) => seen_by(desk, viewer, urgent.id).await,
        None => make(desk, viewer, message.id, wanted).await,
    }
}

fn when(desk: &Desk, wanted: &Wanted) -> Result<(Option<Time>, Option<i64>), Refused> {
    let at = wanted.at.map(|at| rules::ahead("at", at, desk.limits.of(&SCHEDULED_DAYS), desk.now())).transpose()?;
    Ok((at, rules::repeat_minutes(wanted.repeat_minutes)?))
}

/// Of whom it can be wanted: those who see the message, and are not disabled. Whoever calls all of them must be let to.
async fn whom(desk: &Desk, viewer: &Viewer, seen: &Seen, to: To, message: Option<&Message>) -> Result<Vec<MemberId>> {
    let conversation = &seen.conversation;
    let members = store::members::all(From::Db(&desk.db), conversation.id).await?;
    let roll = desk.chat.rolls.of(&desk.db, conversation.id).await?;
    let cards = org::cards(desk, viewer.organisation, members.iter().map(|member| member.id)).await?;
    let seq = message.map_or(i64::MAX, |message| message.seq);
    let sees = |member: MemberId| roll.iter().any(|(there, from_seq)| *there == member && *from_seq < seq);
    let is_here = |member: MemberId| cards.get(&member).is_some_and(|card| !card.is_disabled);
    let mut wanted: BTreeSet<MemberId> = match to {
        To::These(these) => members.iter().map(|member| member.id).filter(|member| these.contains(member)).collect(),
        To::Unread if !super::settings::of(desk, viewer.organisation).await?.read_lists => return Err(Refused::ReadListsOff.into()),
        To::Unread => members.iter().filter(|member| member.read_seq < seq).map(|member| member.id).collect(),
        To::All => {
            if conversation.kind != Kind::Direct {
                rules::must(seen, |rules| rules.at_all).map_err(|_| Refused::AtAll)?;
            }
            members.iter().map(|member| member.id).collect()
        }
    };
    wanted.retain(|member| *member != viewer.member && sees(*member) && is_here(*member));
    let max = desk.limits.of(&URGENT_PEOPLE_MAX);
    match wanted.len() {
        0 => Err(Refused::NobodyLeft.into()),
        many if u64::try_from(many).unwrap_or(u64::MAX) > max => Err(Refused::TooMany(max).into()),
        _ => Ok(wanted.into_iter().collect()),
    }
}

/// One that the viewer sent, or that is for them.
pub(crate) async fn seen_by(desk: &Desk, viewer: &Viewer, id: UrgentId) -> Result<Urgent> {
    store::urgent::one(From::Db(&desk.db), viewer, id).await?.ok_or_else(Error::not_found)
}

async fn plan(tx: &mut Tx, desk: &Desk, urgent: &Urgent, at: Time) -> Result<()> {
    let Urgent { id, rounds: round, .. } = *urgent;
    let job = Job { kind: TELL, key: Some(format!("{TELL}:{id}:{round}")), payload: json!(Due { id, round }), run_at: at };
    enqueue(tx, job, &desk.chance, desk.now()).await
}

/// Those who have not confirmed it, of those who are still there.
async fn waiting(tx: &mut Tx, urgent: &Urgent) -> Result<Vec<MemberId>> {
    let members = store::members::all(From::Tx(tx), urgent.conversation).await?;
    let there: BTreeSet<MemberId> = members.into_iter().map(|member| member.id).collect();
    let open = urgent.people.iter().filter(|(member, confirmed)| confirmed.is_none() && there.contains(member));
    Ok(open.map(|(member, _)| *member).collect())
}

/// Tells those who have not confirmed it, and plans the next time. Where nobody is left it is over.
async fn tell(tx: &mut Tx, desk: &Desk, urgent: &Urgent) -> Result<Vec<News>> {
    let now = desk.now();
    let (Some(message), Some(conversation)) = (
        store::messages::for_everybody_in(From::Tx(tx), urgent.conversation, urgent.message).await?,
        store::conversations::for_everybody(&desk.db, urgent.conversation).await?,
    ) else {
        return Ok(Vec::new());
    };
    let waiting = waiting(tx, urgent).await?;
    if waiting.is_empty() || message.recalled_at.is_some() {
        store::urgent::end(tx, urgent.id, now).await?;
        return Ok(vec![News::Changed(urgent.conversation, urgent.message)]);
    }
    if !store::urgent::told(tx, urgent, now).await? {
        return Ok(Vec::new());
    }
    notices::urgent(tx, desk, &conversation, urgent, &message, &waiting).await?;
    let rounds = urgent.rounds + 1;
    if let Some(minutes) = urgent.repeat_minutes
        && u64::try_from(rounds).unwrap_or(u64::MAX) < desk.limits.of(&URGENT_ROUNDS_MAX)
    {
        let pause = Duration::from_secs(u64::try_from(minutes).unwrap_or(0).saturating_mul(60));
        plan(tx, desk, &Urgent { rounds, ..urgent.clone() }, now + pause).await?;
    }
    Ok(vec![News::Urgent(urgent.id, waiting)])
}

/// Tells of what is due, as the job of that payload.
pub(crate) async fn tell_due(desk: &Desk, payload: serde_json::Value) -> Result<()> {
    let Ok(Due { id, round }) = serde_json::from_value(payload) else { return Ok(()) };
    let mut tx = desk.db.begin().await?;
    let Some(urgent) = store::urgent::for_everybody(From::Tx(&mut tx), id).await? else { return Ok(()) };
    if urgent.ended_at.is_some() || urgent.rounds != round {
        return Ok(());
    }
    let news = tell(&mut tx, desk, &urgent).await?;
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

/// The viewer has seen to it. Doing so twice changes nothing; when all have, it is over.
pub(crate) async fn confirm(desk: &Desk, viewer: &Viewer, id: UrgentId) -> Result<Urgent> {
    let before = seen_by(desk, viewer, id).await?;
    if !before.people.iter().any(|(member, _)| *member == viewer.member) {
        return Err(Error::not_found());
    }
    let mut tx = desk.db.begin().await?;
    let change = store::conversations::touch(&mut tx, before.conversation).await?;
    if !store::urgent::confirm(&mut tx, id, viewer.member, desk.now()).await? {
        return Ok(before);
    }
    let now = store::urgent::for_everybody(From::Tx(&mut tx), id).await?.ok_or_else(Error::not_found)?;
    if waiting(&mut tx, &now).await?.is_empty() {
        store::urgent::end(&mut tx, id, desk.now()).await?;
    }
    store::writing::stamp_by_id(&mut tx, before.conversation, before.message, change).await?;
    notify::saw(&mut tx, desk, viewer.member, &notices::urgent_subject(id)).await?;
    tx.commit().await?;
    let news = vec![News::Changed(before.conversation, before.message), News::Urgent(id, vec![viewer.member])];
    desk.chat.tell(news).await;
    seen_by(desk, viewer, id).await
}

/// One of the viewer's that is not over.
async fn own_open(desk: &Desk, viewer: &Viewer, id: UrgentId) -> Result<Urgent> {
    let urgent = seen_by(desk, viewer, id).await?;
    match urgent.by == viewer.member {
        true => Ok(urgent),
        false => Err(Refused::NotAllowed.into()),
    }
}

/// Tells those who have not confirmed it now, unless they were told a moment ago.
pub(crate) async fn remind(desk: &Desk, viewer: &Viewer, id: UrgentId) -> Result<Urgent> {
    own_open(desk, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    let urgent = store::urgent::for_everybody(From::Tx(&mut tx), id).await?.ok_or_else(Error::not_found)?;
    let pause = Duration::from_secs(desk.limits.of(&REMIND_MINUTES).saturating_mul(60));
    let max = desk.limits.of(&URGENT_ROUNDS_MAX);
    match urgent.told_at {
        _ if urgent.ended_at.is_some() => return Err(Refused::NobodyLeft.into()),
        Some(told_at) if told_at + pause > desk.now() => {
            return Err(Refused::TooSoon((told_at + pause).since(desk.now()).as_secs().max(1)).into());
        }
        _ if u64::try_from(urgent.rounds).unwrap_or(u64::MAX) >= max => return Err(Refused::TooMany(max).into()),
        _ => {}
    }
    let news = tell(&mut tx, desk, &urgent).await?;
    tx.commit().await?;
    desk.chat.tell(news).await;
    seen_by(desk, viewer, id).await
}

/// Wants it confirmed no more.
pub(crate) async fn end(desk: &Desk, viewer: &Viewer, id: UrgentId) -> Result<Urgent> {
    let urgent = own_open(desk, viewer, id).await?;
    let open: Vec<MemberId> = urgent.people.iter().filter(|(_, confirmed)| confirmed.is_none()).map(|(member, _)| *member).collect();
    let mut tx = desk.db.begin().await?;
    if !store::urgent::end(&mut tx, id, desk.now()).await? {
        return Ok(urgent);
    }
    for member in &open {
        notify::saw(&mut tx, desk, *member, &notices::urgent_subject(id)).await?;
    }
    tx.commit().await?;
    desk.chat.tell(vec![News::Urgent(id, open)]).await;
    seen_by(desk, viewer, id).await
}
