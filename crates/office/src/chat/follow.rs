//! Conversations that follow the directory: everybody's, and those of departments. Bringing them in line twice changes
//! nothing. Whoever is shut out of the office leaves the groups too, and what they owned goes to whoever comes next.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Result;
use kernel::db::Tx;
use serde_json::json;

use super::acts::clearing;
use super::acts::conversations::blank;
use super::acts::members::pass_on;
use super::crier::News;
use super::model::{Conversation, Kind, Member, Role};
use super::store::From;
use super::store::members::Coming;
use super::{ConversationId, rules, store};
use crate::desk::Desk;
use crate::org::{self, Active, DepartmentRoll, MemberId, OrganisationId};

/// The key of everybody's conversation.
pub(super) const EVERYBODY: &str = "everyone";

/// A group has another owner, and nobody of it decided so.
async fn audit_passed_on(tx: &mut Tx, desk: &Desk, id: ConversationId, left: &[&Member]) -> Result<()> {
    let standing: Vec<(MemberId, Role)> = left.iter().map(|member| (member.id, member.role)).collect();
    let (Some(next), Some(conversation)) = (rules::successor(&standing), store::conversations::for_everybody(&desk.db, id).await?) else {
        return Ok(());
    };
    let actor = org::Actor { organisation: conversation.organisation, member: None, ip: "" };
    org::record(tx, desk, actor, "chat.passed_on", &conversation.title, json!({ "member": next, "role": "owner" })).await
}

/// Brings every conversation of the organisation in line with its directory.
pub(super) async fn directory(desk: &Desk, organisation: OrganisationId) -> Result<()> {
    everybody(desk, organisation).await?;
    departments(desk, organisation).await?;
    leavers(desk, organisation).await
}

/// Everybody's conversation, made when it is not there yet.
pub(super) async fn everybody(desk: &Desk, organisation: OrganisationId) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let (name, people) = org::organisation_roll(&mut tx, organisation).await?;
    let id = match store::conversations::by_key(From::Tx(&mut tx), organisation, EVERYBODY).await? {
        Some(id) => id,
        None => {
            let conversation = blank(desk, organisation, Kind::Everyone, name.clone());
            store::conversations::create_or_find(&mut tx, &conversation, EVERYBODY).await?
        }
    };
    let wanted = people.iter().map(|(member, role)| (*member, role_here(*role))).collect();
    let mut news = bring_in_line(&mut tx, desk, id, &wanted).await?;
    if store::conversations::retitle(&mut tx, id, &name).await? {
        news.push(News::Conversation(id));
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

/// Owners and administrators of the organisation look after what follows its directory.
pub(super) fn role_here(role: org::Role) -> Role {
    match role {
        org::Role::Owner | org::Role::Admin => Role::Admin,
        org::Role::Member => Role::Member,
    }
}

/// Who belongs to the conversation of a department: its people, looked after by its head as well.
pub(super) fn of_department(roll: &DepartmentRoll) -> BTreeMap<MemberId, Role> {
    let role = |(member, role): &Active| match roll.head == Some(*member) {
        true => Role::Admin,
        false => role_here(*role),
    };
    roll.people.iter().map(|person| (person.0, role(person))).collect()
}

/// A department that is gone leaves its conversation behind as a group.
async fn departments(desk: &Desk, organisation: OrganisationId) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let mut news = Vec::new();
    for conversation in store::conversations::of_departments(&mut tx, organisation).await? {
        let Conversation { id, department: Some(department), .. } = conversation else { continue };
        match org::department_roll(&mut tx, organisation, department).await? {
            Some(roll) => {
                news.extend(bring_in_line(&mut tx, desk, id, &of_department(&roll)).await?);
                if store::conversations::retitle(&mut tx, id, &roll.name).await? {
                    news.push(News::Conversation(id));
                }
            }
            None => {
                store::conversations::touch(&mut tx, id).await?;
                store::conversations::set_free(&mut tx, id).await?;
                let members = store::members::all(From::Tx(&mut tx), id).await?;
                news.push(News::Conversation(id));
                news.extend(pass_on(&mut tx, desk, id, &members.iter().collect::<Vec<_>>(), None).await?);
            }
        }
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

/// Lets those in who are missing, takes those out who do not belong, and gives everybody their role.
pub(super) async fn bring_in_line(tx: &mut Tx, desk: &Desk, id: ConversationId, wanted: &BTreeMap<MemberId, Role>) -> Result<Vec<News>> {
    let members = store::members::all(From::Tx(tx), id).await?;
    let there: BTreeSet<MemberId> = members.iter().map(|member| member.id).collect();
    let missing = wanted.iter().filter(|(member, _)| !there.contains(member));
    let coming: Vec<Coming> = missing.map(|(member, role)| Coming { member: *member, role: *role }).collect();
    let gone: Vec<MemberId> = there.iter().copied().filter(|member| !wanted.contains_key(member)).collect();
    let turned: Vec<(MemberId, Role)> = members
        .iter()
        .filter_map(|member| wanted.get(&member.id).filter(|role| **role != member.role).map(|role| (member.id, *role)))
        .collect();
    if coming.is_empty() && gone.is_empty() && turned.is_empty() {
        return Ok(Vec::new());
    }
    store::conversations::touch(tx, id).await?;
    store::members::add(tx, id, &coming, desk.now()).await?;
    store::members::remove(tx, id, &gone).await?;
    for (member, role) in turned {
        store::members::set_role(tx, id, member, role).await?;
    }
    let mut news = vec![News::Conversation(id)];
    if !gone.is_empty() {
        news.push(News::Gone(id, gone));
    }
    Ok(news)
}

/// Whoever is shut out leaves the groups.
async fn leavers(desk: &Desk, organisation: OrganisationId) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let (_, people) = org::organisation_roll(&mut tx, organisation).await?;
    let here: Vec<MemberId> = people.into_iter().map(|(member, _)| member).collect();
    let mut leaving: BTreeMap<ConversationId, Vec<MemberId>> = BTreeMap::new();
    for (id, member) in store::members::groups_of_any_but(&mut tx, organisation, &here).await? {
        leaving.entry(id).or_default().push(member);
    }
    let mut news = Vec::new();
    for (id, gone) in leaving {
        news.extend(leave(&mut tx, desk, id, gone).await?);
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

async fn leave(tx: &mut Tx, desk: &Desk, id: ConversationId, gone: Vec<MemberId>) -> Result<Vec<News>> {
    store::conversations::touch(tx, id).await?;
    let members = store::members::all(From::Tx(tx), id).await?;
    let (leaving, left): (Vec<&Member>, Vec<&Member>) = members.iter().partition(|member| gone.contains(&member.id));
    let owner_leaves = leaving.iter().any(|member| member.role == Role::Owner);
    store::members::remove(tx, id, &gone).await?;
    let mut news = vec![News::Gone(id, gone)];
    if left.is_empty() {
        clearing::end(tx, desk, id).await?;
        return Ok(news);
    }
    news.push(News::Conversation(id));
    if owner_leaves {
        news.extend(pass_on(tx, desk, id, &left, None).await?);
        audit_passed_on(tx, desk, id, &left).await?;
    }
    Ok(news)
}
