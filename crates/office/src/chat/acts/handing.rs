//! Groups change hands because an administrator of the organisation says so. Of the groups they see what they are called
//! and how large they are, and never what was written there.

use kernel::db::Tx;
use kernel::{Error, Result};
use serde_json::json;

use super::super::crier::News;
use super::super::data::Event;
use super::super::errors::Refused;
use super::super::model::{Member, Owned, Role};
use super::super::store::From;
use super::super::store::members::Coming;
use super::super::{ConversationId, HANDED_MAX, notices, store};
use super::{Done, colleagues, say};
use crate::desk::Desk;
use crate::org::{self, MemberId, Permission};
use crate::viewer::Viewer;

/// The groups that somebody owns, whether or not they are still here.
pub(crate) async fn owned(desk: &Desk, viewer: &Viewer, member: MemberId) -> Result<Vec<Owned>> {
    viewer.must(Permission::Members)?;
    if org::cards(desk, viewer.organisation, [member]).await?.is_empty() {
        return Err(Error::not_found());
    }
    store::members::owned(&desk.db, viewer.organisation, member).await
}

/// Hands groups of somebody's over to a colleague, all of them when none is named.
pub(crate) async fn hand_over(desk: &Desk, viewer: &Viewer, from: MemberId, to: MemberId, only: Option<Vec<ConversationId>>) -> Result<()> {
    let owned = owned(desk, viewer, from).await?;
    let is_wanted = |group: &Owned| only.as_ref().is_none_or(|only| only.contains(&group.id));
    let groups: Vec<&Owned> = owned.iter().filter(|group| is_wanted(group)).collect();
    if only.is_some_and(|only| only.iter().any(|id| !groups.iter().any(|group| group.id == *id))) {
        return Err(Error::not_found());
    }
    if from == to {
        return Err(Refused::Field("to").into());
    }
    colleagues(desk, viewer.organisation, &[to]).await?;
    let max = desk.limits.of(&HANDED_MAX);
    if u64::try_from(groups.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany(max).into());
    }
    let mut tx = desk.db.begin().await?;
    let (mut handed, mut news) = (Vec::new(), Vec::new());
    for group in groups {
        if let Some(told) = hand_one(&mut tx, desk, viewer, group, from, to).await? {
            handed.push(group);
            news.extend(told);
        }
    }
    if let Some(first) = handed.first() {
        notices::handed_over(&mut tx, desk, viewer, to, first, handed.len()).await?;
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

/// Hands one group over, which whoever owned it may have left or given away meanwhile: then nothing is done.
async fn hand_one(tx: &mut Tx, desk: &Desk, viewer: &Viewer, group: &Owned, from: MemberId, to: MemberId) -> Result<Option<Vec<News>>> {
    let id = group.id;
    store::conversations::touch(tx, id).await?;
    let members: Vec<Member> = store::members::all(From::Tx(tx), id).await?;
    if !members.iter().any(|member| member.id == from && member.role == Role::Owner) {
        return Ok(None);
    }
    let mut news = vec![News::Conversation(id)];
    if members.iter().any(|member| member.id == to) {
        store::members::set_role(tx, id, to, Role::Owner).await?;
    } else {
        store::members::add(tx, id, &[Coming { member: to, role: Role::Owner }], desk.now()).await?;
        news.extend(say(tx, desk, id, Done::by(viewer.member, Event::MembersAdded).to([to])).await?);
    }
    store::members::set_role(tx, id, from, Role::Admin).await?;
    news.extend(say(tx, desk, id, Done::by(viewer.member, Event::OwnerChanged).to([to])).await?);
    org::record(tx, desk, viewer.into(), "chat.handed_over", &group.title, json!({ "from": from, "to": to })).await?;
    Ok(Some(news))
}
