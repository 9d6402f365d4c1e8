//! The way into a group by its link, and those who ask to be let in.

use std::time::Duration;

use kernel::db::Tx;
use kernel::{Error, Result};
use serde_json::json;

use super::super::crier::News;
use super::super::data::Event;
use super::super::errors::Refused;
use super::super::model::{JoinRequest, Link, LinkedTo, Member, Role, Seen};
use super::super::store::From;
use super::super::store::members::Coming;
use super::super::{ConversationId, MEMBERS_MAX, REQUESTS_MAX, RequestId, notices, rules, store};
use super::conversations::refuse_too_many;
use super::members::group;
use super::{Done, colleagues, say};
use crate::desk::Desk;
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A group into which the viewer may bring people.
async fn may_bring_in(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Seen> {
    let seen = group(desk, viewer, id).await?;
    rules::must(&seen, |rules| rules.add_members)?;
    Ok(seen)
}

/// The link of a group, as long as it is good.
pub(crate) async fn link(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Option<Link>> {
    may_bring_in(desk, viewer, id).await?;
    let Some(link) = store::links::of(&desk.db, id, desk.now()).await? else { return Ok(None) };
    let leads_somewhere = store::links::leads_to(From::Db(&desk.db), viewer, &link.token, desk.now()).await?.is_some();
    Ok(leads_somewhere.then_some(link))
}

/// Draws a new link, with which the old one is of no use any more.
pub(crate) async fn make_link(desk: &Desk, viewer: &Viewer, id: ConversationId, days: Option<u32>, approval: bool) -> Result<Link> {
    let seen = may_bring_in(desk, viewer, id).await?;
    let days = days.map(rules::link_days).transpose()?;
    let now = desk.now();
    let token = desk.chance.token().secret().to_owned();
    let link = Link { token, approval, expires_at: days.map(|days| now + DAY * days), created_by: viewer.member };
    let mut tx = desk.db.begin().await?;
    store::links::replace(&mut tx, id, &link, now).await?;
    let details = json!({ "days": days, "approval": approval });
    org::record(&mut tx, desk, viewer.into(), "chat.link_made", &seen.conversation.title, details).await?;
    tx.commit().await?;
    Ok(link)
}

/// Takes the link back.
pub(crate) async fn revoke_link(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<()> {
    let seen = may_bring_in(desk, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    if store::links::revoke(&mut tx, id).await? {
        org::record(&mut tx, desk, viewer.into(), "chat.link_revoked", &seen.conversation.title, json!({})).await?;
    }
    tx.commit().await
}

/// Where a link leads.
pub(crate) async fn look(desk: &Desk, viewer: &Viewer, token: &str) -> Result<LinkedTo> {
    store::links::leads_to(From::Db(&desk.db), viewer, token, desk.now()).await?.ok_or_else(Error::not_found)
}

/// Where somebody stands after they have used a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    Member,
    Asked,
}

/// Comes in by a link, or asks to be let in. Doing so twice changes nothing.
pub(crate) async fn join(desk: &Desk, viewer: &Viewer, token: &str, note: &str) -> Result<(ConversationId, Joined)> {
    let note = rules::note("note", note)?;
    let mut tx = desk.db.begin().await?;
    let to = store::links::leads_to(From::Tx(&mut tx), viewer, token, desk.now()).await?.ok_or_else(Error::not_found)?;
    if to.is_member {
        return Ok((to.id, Joined::Member));
    }
    refuse_too_many(&mut tx, desk, viewer.member).await?;
    if to.approval {
        ask(tx, desk, viewer, &to, note).await?;
        return Ok((to.id, Joined::Asked));
    }
    let Some(mut news) = bring_in(&mut tx, desk, to.id, viewer.member).await? else { return Ok((to.id, Joined::Member)) };
    news.extend(say(&mut tx, desk, to.id, Done::by(viewer.member, Event::JoinedByLink).to([viewer.member])).await?);
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok((to.id, Joined::Member))
}

/// Lets one person in, if there is room; nothing when they are there already.
async fn bring_in(tx: &mut Tx, desk: &Desk, id: ConversationId, member: MemberId) -> Result<Option<Vec<News>>> {
    store::conversations::touch(tx, id).await?;
    if store::members::add(tx, id, &[Coming { member, role: Role::Member }], desk.now()).await?.is_empty() {
        return Ok(None);
    }
    let max = desk.limits.of(&MEMBERS_MAX);
    match store::members::count_in(tx, id).await? > max {
        true => Err(Refused::TooManyMembers(max).into()),
        false => Ok(Some(vec![News::Conversation(id)])),
    }
}

/// Those who decide who is let in.
fn deciders(members: &[Member]) -> Vec<MemberId> {
    members.iter().filter(|member| member.role >= Role::Admin).map(|member| member.id).collect()
}

async fn ask(mut tx: Tx, desk: &Desk, viewer: &Viewer, to: &LinkedTo, note: String) -> Result<()> {
    let request = JoinRequest {
        id: RequestId::draw(&desk.chance, desk.now()),
        conversation: to.id,
        member: viewer.member,
        note,
        asked_at: desk.now(),
    };
    store::links::ask(&mut tx, &request).await?;
    let max = desk.limits.of(&REQUESTS_MAX);
    let waiting = store::links::requests(From::Tx(&mut tx), to.id).await?;
    if u64::try_from(waiting.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany(max).into());
    }
    let deciders = deciders(&store::members::all(From::Tx(&mut tx), to.id).await?);
    if !to.has_asked {
        notices::asked_to_join(&mut tx, desk, viewer, to, &request, &deciders).await?;
    }
    tx.commit().await?;
    desk.chat.tell(deciders.into_iter().map(|member| News::Mine(to.id, member)).collect()).await;
    Ok(())
}

/// Who asks to be let in.
pub(crate) async fn requests(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Vec<JoinRequest>> {
    let seen = group(desk, viewer, id).await?;
    rules::must_administer(&seen.mine)?;
    store::links::requests(From::Db(&desk.db), id).await
}

/// Lets somebody in, or does not.
pub(crate) async fn decide(desk: &Desk, viewer: &Viewer, id: RequestId, admit: bool) -> Result<()> {
    let asked = store::links::one_request(From::Db(&desk.db), viewer, id).await?.ok_or_else(Error::not_found)?;
    let mut tx = desk.db.begin().await?;
    // Whoever else decides about it waits, and then finds it gone.
    store::conversations::touch(&mut tx, asked.conversation).await?;
    let request = store::links::one_request(From::Tx(&mut tx), viewer, id).await?.ok_or_else(Error::not_found)?;
    let seen = store::conversations::seen(From::Tx(&mut tx), viewer, request.conversation).await?;
    rules::must_administer(&seen.mine)?;
    let conversation = &seen.conversation;
    let deciders = deciders(&store::members::all(From::Tx(&mut tx), conversation.id).await?);
    let mut news: Vec<News> = deciders.into_iter().map(|member| News::Mine(conversation.id, member)).collect();
    if admit {
        colleagues(desk, viewer.organisation, &[request.member]).await?;
        if let Some(told) = bring_in(&mut tx, desk, conversation.id, request.member).await? {
            news.extend(told);
            let done = Done::by(viewer.member, Event::MembersAdded).to([request.member]);
            news.extend(say(&mut tx, desk, conversation.id, done).await?);
        }
    } else {
        store::links::answered(&mut tx, conversation.id, [request.member].into_iter()).await?;
    }
    notices::decided(&mut tx, desk, viewer, conversation, request.member, admit).await?;
    let action = if admit { "chat.request_admitted" } else { "chat.request_refused" };
    org::record(&mut tx, desk, viewer.into(), action, &conversation.title, json!({ "member": request.member })).await?;
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}
