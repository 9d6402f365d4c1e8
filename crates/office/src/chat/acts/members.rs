//! People come into groups, leave, and are given other roles.

use kernel::db::Tx;
use kernel::{Error, Result};
use serde_json::json;

use super::super::crier::News;
use super::super::data::Event;
use super::super::errors::Refused;
use super::super::model::{Member, Role, Seen};
use super::super::store::From;
use super::super::store::members::Coming;
use super::super::{ConversationId, MEMBERS_MAX, notices, rules, store};
use super::{Done, clearing, colleagues, say};
use crate::desk::Desk;
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

/// A conversation whose members people choose, as the viewer sees it.
pub(super) async fn group(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Seen> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    match rules::is_chosen(seen.conversation.kind) {
        true => Ok(seen),
        false => Err(Refused::NotAllowed.into()),
    }
}

/// Brings colleagues in.
pub(crate) async fn add(desk: &Desk, viewer: &Viewer, id: ConversationId, mut members: Vec<MemberId>) -> Result<()> {
    let seen = group(desk, viewer, id).await?;
    rules::must(&seen, |rules| rules.add_members)?;
    members.sort_unstable();
    members.dedup();
    colleagues(desk, viewer.organisation, &members).await?;
    let mut tx = desk.db.begin().await?;
    store::conversations::touch(&mut tx, id).await?;
    let coming: Vec<Coming> = members.into_iter().map(|member| Coming { member, role: Role::Member }).collect();
    let added = store::members::add(&mut tx, id, &coming, desk.now()).await?;
    let conversation = store::conversations::seen(From::Tx(&mut tx), viewer, id).await?.conversation;
    let max = desk.limits.of(&MEMBERS_MAX);
    if u64::try_from(conversation.member_count).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooManyMembers(max).into());
    }
    let mut news = vec![News::Conversation(id)];
    if !added.is_empty() {
        news.extend(say(&mut tx, desk, id, Done::by(viewer.member, Event::MembersAdded).to(added.iter().copied())).await?);
        notices::added(&mut tx, desk, viewer, &conversation, &added).await?;
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

/// Takes somebody out, or leaves. An owner hands the group over before leaving it; whoever is its last member takes it
/// along.
pub(crate) async fn remove(desk: &Desk, viewer: &Viewer, id: ConversationId, member: MemberId) -> Result<()> {
    let seen = group(desk, viewer, id).await?;
    let leaves = member == viewer.member;
    let mut tx = desk.db.begin().await?;
    store::conversations::touch(&mut tx, id).await?;
    let members = store::members::all(From::Tx(&mut tx), id).await?;
    let role_of = |id: MemberId| members.iter().find(|other| other.id == id).map(|other| other.role);
    let (own, theirs) = (role_of(viewer.member).ok_or_else(Error::not_found)?, role_of(member).ok_or_else(Error::not_found)?);
    if !leaves && !rules::outranks(own, theirs) {
        return Err(Refused::NotAllowed.into());
    }
    let mut news = vec![News::Gone(id, vec![member])];
    store::members::remove(&mut tx, id, &[member]).await?;
    let left: Vec<&Member> = members.iter().filter(|other| other.id != member).collect();
    if left.is_empty() {
        clearing::end(&mut tx, desk, id).await?;
        tx.commit().await?;
        desk.chat.tell(news).await;
        return Ok(());
    }
    let event = if leaves { Event::MemberLeft } else { Event::MemberRemoved };
    news.push(News::Conversation(id));
    news.extend(say(&mut tx, desk, id, Done::by(viewer.member, event).to([member])).await?);
    if theirs == Role::Owner {
        news.extend(pass_on(&mut tx, desk, id, &left, Some(viewer.member)).await?);
    }
    if !leaves {
        let details = json!({ "member": member });
        org::record(&mut tx, desk, viewer.into(), "chat.member_removed", &seen.conversation.title, details).await?;
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

/// Has a group that has lost its owner go to whoever comes next.
pub(crate) async fn pass_on(tx: &mut Tx, desk: &Desk, id: ConversationId, left: &[&Member], by: Option<MemberId>) -> Result<Vec<News>> {
    let standing: Vec<(MemberId, Role)> = left.iter().map(|member| (member.id, member.role)).collect();
    let Some(next) = rules::successor(&standing) else { return Ok(Vec::new()) };
    store::members::set_role(tx, id, next, Role::Owner).await?;
    let done = Done { by, ..Done::by(next, Event::OwnerChanged) };
    say(tx, desk, id, done.to([next])).await
}

/// Gives somebody another role. The owner only; whoever hands the group over stays an administrator.
pub(crate) async fn set_role(desk: &Desk, viewer: &Viewer, id: ConversationId, member: MemberId, role: Role) -> Result<()> {
    let seen = group(desk, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    store::conversations::touch(&mut tx, id).await?;
    let members = store::members::all(From::Tx(&mut tx), id).await?;
    let role_of = |id: MemberId| members.iter().find(|other| other.id == id).map(|other| other.role);
    let (own, before) = (role_of(viewer.member).ok_or_else(Error::not_found)?, role_of(member).ok_or_else(Error::not_found)?);
    if own != Role::Owner || member == viewer.member {
        return Err(Refused::NotAllowed.into());
    }
    if before == role {
        return Ok(());
    }
    store::members::set_role(&mut tx, id, member, role).await?;
    let event = match role {
        Role::Owner => {
            store::members::set_role(&mut tx, id, viewer.member, Role::Admin).await?;
            Event::OwnerChanged
        }
        Role::Admin | Role::Member => Event::RoleChanged,
    };
    let mut news = vec![News::Conversation(id)];
    news.extend(say(&mut tx, desk, id, Done::by(viewer.member, event).to([member]).saying(role.word())).await?);
    let details = json!({ "member": member, "role": role.word() });
    org::record(&mut tx, desk, viewer.into(), "chat.role_changed", &seen.conversation.title, details).await?;
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}
