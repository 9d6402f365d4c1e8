//! Conversations begin, change and end; and what each member decides about theirs.

use kernel::db::Tx;
use kernel::{Error, Result};
use serde_json::json;

use super::super::crier::News;
use super::super::data::Event;
use super::super::errors::Refused;
use super::super::model::{Conversation, Kind, Level, Mine, Role, Rules, Seen};
use super::super::store::From;
use super::super::store::members::Coming;
use super::super::{CONVERSATIONS_MAX, ConversationId, MEMBERS_MAX, follow, notices, rules, store};
use super::{Done, clearing, colleagues, say};
use crate::desk::Desk;
use crate::org::{self, DepartmentId, MemberId, OrganisationId};
use crate::viewer::Viewer;

/// A conversation that did not exist yet.
pub(crate) fn blank(desk: &Desk, organisation: OrganisationId, kind: Kind, title: String) -> Conversation {
    let now = desk.now();
    Conversation {
        id: ConversationId::draw(&desk.chance, now),
        organisation,
        kind,
        department: None,
        title,
        announcement: String::new(),
        rules: Rules::of(kind),
        member_count: 0,
        last_seq: 0,
        change: 0,
        created_at: now,
    }
}

/// What makes the conversation of two people the only one.
pub(super) fn key_of_two(one: MemberId, other: MemberId) -> String {
    let (low, high) = (one.min(other), one.max(other));
    format!("direct:{low}:{high}")
}

/// The conversation of the viewer and a colleague, begun when it is first asked for; says whether it was.
pub(crate) async fn with(desk: &Desk, viewer: &Viewer, peer: MemberId) -> Result<(ConversationId, bool)> {
    if peer == viewer.member {
        return Err(Refused::Field("member_id").into());
    }
    let key = key_of_two(viewer.member, peer);
    if let Some(id) = store::conversations::by_key(From::Db(&desk.db), viewer.organisation, &key).await? {
        return Ok((id, false));
    }
    colleagues(desk, viewer.organisation, &[peer]).await?;
    let conversation = blank(desk, viewer.organisation, Kind::Direct, String::new());
    let mut tx = desk.db.begin().await?;
    refuse_too_many(&mut tx, desk, viewer.member).await?;
    let begun = store::conversations::create_or_find(&mut tx, &conversation, &key).await?;
    if begun != conversation.id {
        // The other one began it at the same moment.
        return Ok((begun, false));
    }
    let coming = [viewer.member, peer].map(|member| Coming { member, role: Role::Member });
    store::members::add(&mut tx, conversation.id, &coming, desk.now()).await?;
    tx.commit().await?;
    desk.chat.tell(vec![News::Conversation(conversation.id)]).await;
    Ok((conversation.id, true))
}

/// Begins a group of the viewer's with these people.
pub(crate) async fn begin_group(desk: &Desk, viewer: &Viewer, title: &str, mut members: Vec<MemberId>) -> Result<ConversationId> {
    members.retain(|member| *member != viewer.member);
    members.sort_unstable();
    members.dedup();
    let max = desk.limits.of(&MEMBERS_MAX);
    if u64::try_from(members.len()).unwrap_or(u64::MAX) >= max {
        return Err(Refused::TooManyMembers(max).into());
    }
    let all: Vec<MemberId> = [viewer.member].into_iter().chain(members.iter().copied()).collect();
    let cards = colleagues(desk, viewer.organisation, &all).await?;
    let names: Vec<String> = all.iter().filter_map(|member| cards.get(member)).map(|card| card.name.clone()).collect();
    let title = if title.trim().is_empty() { rules::title_of(&names) } else { rules::title(title)? };
    let conversation = blank(desk, viewer.organisation, Kind::Group, title);
    let mut tx = desk.db.begin().await?;
    refuse_too_many(&mut tx, desk, viewer.member).await?;
    store::conversations::create(&mut tx, &conversation, None).await?;
    let owner = Coming { member: viewer.member, role: Role::Owner };
    let others = members.iter().map(|member| Coming { member: *member, role: Role::Member });
    let coming: Vec<Coming> = [owner].into_iter().chain(others).collect();
    store::members::add(&mut tx, conversation.id, &coming, desk.now()).await?;
    let done = Done::by(viewer.member, Event::Created).to(members.iter().copied()).saying(&conversation.title);
    let mut news = vec![News::Conversation(conversation.id)];
    news.extend(say(&mut tx, desk, conversation.id, done).await?);
    notices::added(&mut tx, desk, viewer, &conversation, &members).await?;
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(conversation.id)
}

/// The conversation of a department of the viewer's, begun when it is first asked for; says whether it was.
pub(crate) async fn of_department(desk: &Desk, viewer: &Viewer, id: DepartmentId) -> Result<(ConversationId, bool)> {
    let mut tx = desk.db.begin().await?;
    let roll = org::department_roll(&mut tx, viewer.organisation, id).await?.ok_or_else(Error::not_found)?;
    if !roll.people.iter().any(|(member, _)| *member == viewer.member) {
        return Err(Refused::NotAllowed.into());
    }
    let key = format!("department:{id}");
    if let Some(id) = store::conversations::by_key(From::Tx(&mut tx), viewer.organisation, &key).await? {
        return Ok((id, false));
    }
    let new = blank(desk, viewer.organisation, Kind::Department, roll.name.clone());
    let conversation = Conversation { department: Some(id), ..new };
    let begun = store::conversations::create_or_find(&mut tx, &conversation, &key).await?;
    if begun != conversation.id {
        return Ok((begun, false));
    }
    let wanted = follow::of_department(&roll);
    let mut news = follow::bring_in_line(&mut tx, desk, conversation.id, &wanted).await?;
    news.extend(say(&mut tx, desk, conversation.id, Done::by(viewer.member, Event::Created).saying(&conversation.title)).await?);
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok((conversation.id, true))
}

pub(super) async fn refuse_too_many(tx: &mut Tx, desk: &Desk, member: MemberId) -> Result<()> {
    let max = desk.limits.of(&CONVERSATIONS_MAX);
    match store::conversations::count_of(tx, member).await? < max {
        true => Ok(()),
        false => Err(Refused::TooManyConversations(max).into()),
    }
}

/// Everything the viewer belongs to. The conversation of everybody is made when somebody first looks.
pub(crate) async fn all(desk: &Desk, viewer: &Viewer) -> Result<Vec<Seen>> {
    let seen = store::conversations::all_seen(desk, viewer).await?;
    if seen.iter().any(|seen| seen.conversation.kind == Kind::Everyone) {
        return Ok(seen);
    }
    follow::everybody(desk, viewer.organisation).await?;
    store::conversations::all_seen(desk, viewer).await
}

/// What changes about a conversation; what is absent stays.
pub(crate) struct Change {
    pub(crate) title: Option<String>,
    pub(crate) announcement: Option<String>,
}

/// Changes title, announcement and rules. Between two people there is nothing to change; what follows the directory is
/// called as it is there.
pub(crate) async fn edit(
    desk: &Desk,
    viewer: &Viewer,
    id: ConversationId,
    change: Change,
    new_rules: Option<impl FnOnce(Rules) -> Rules>,
) -> Result<()> {
    let Seen { conversation: before, .. } = may_edit(desk, viewer, id, &change, new_rules.is_some()).await?;
    let title = change.title.as_deref().map(rules::title).transpose()?.filter(|title| *title != before.title);
    let announcement = change.announcement.as_deref().map(rules::announcement).transpose()?.filter(|text| *text != before.announcement);
    let mut tx = desk.db.begin().await?;
    store::conversations::touch(&mut tx, id).await?;
    let mut after = store::conversations::seen(From::Tx(&mut tx), viewer, id).await?.conversation;
    let mut done = Vec::new();
    if let Some(title) = title {
        done.push(Done::by(viewer.member, Event::Renamed).saying(&title));
        after.title = title;
    }
    if let Some(announcement) = announcement {
        done.push(Done::by(viewer.member, Event::Announced).saying(&announcement));
        after.announcement = announcement;
    }
    if let Some(new_rules) = new_rules {
        let muted = after.rules.muted_all;
        after.rules = new_rules(after.rules);
        if muted != after.rules.muted_all {
            done.push(Done::by(viewer.member, if muted { Event::UnmutedAll } else { Event::MutedAll }));
        }
        if after.rules != before.rules {
            audit_rules(&mut tx, desk, viewer, &before, &after).await?;
        }
    }
    store::conversations::save(&mut tx, &after).await?;
    let mut news = vec![News::Conversation(id)];
    for done in done {
        news.extend(say(&mut tx, desk, id, done).await?);
    }
    tx.commit().await?;
    desk.chat.tell(news).await;
    Ok(())
}

async fn may_edit(desk: &Desk, viewer: &Viewer, id: ConversationId, change: &Change, with_rules: bool) -> Result<Seen> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    let kind = seen.conversation.kind;
    if kind == Kind::Direct || (change.title.is_some() && !rules::is_chosen(kind)) {
        return Err(Refused::NotAllowed.into());
    }
    if change.title.is_some() || change.announcement.is_some() {
        rules::must(&seen, |rules| rules.edit)?;
    }
    if with_rules {
        rules::must_administer(&seen.mine)?;
    }
    Ok(seen)
}

async fn audit_rules(tx: &mut Tx, desk: &Desk, viewer: &Viewer, before: &Conversation, after: &Conversation) -> Result<()> {
    let details = json!({
        "muted_all": [before.rules.muted_all, after.rules.muted_all],
        "history_for_new": [before.rules.history_for_new, after.rules.history_for_new],
    });
    org::record(tx, desk, viewer.into(), "chat.rules_changed", &after.title, details).await
}

/// Ends a group, with everything that was written there. Its owner only.
pub(crate) async fn dissolve(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<()> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    if seen.conversation.kind != Kind::Group || seen.mine.role != Role::Owner {
        return Err(Refused::NotAllowed.into());
    }
    let mut tx = desk.db.begin().await?;
    store::conversations::touch(&mut tx, id).await?;
    let members = store::members::all(From::Tx(&mut tx), id).await?;
    clearing::end(&mut tx, desk, id).await?;
    let details = json!({ "members": members.len() });
    org::record(&mut tx, desk, viewer.into(), "chat.dissolved", &seen.conversation.title, details).await?;
    tx.commit().await?;
    desk.chat.tell(vec![News::Gone(id, members.into_iter().map(|member| member.id).collect())]).await;
    Ok(())
}

/// What a member changes of what is theirs alone; what is absent stays.
pub(crate) struct MineChange {
    pub(crate) level: Option<Level>,
    pub(crate) pinned: Option<bool>,
    pub(crate) pin_position: Option<i64>,
    pub(crate) draft: Option<String>,
    pub(crate) nickname: Option<String>,
    pub(crate) marked_unread: Option<bool>,
}

/// Changes what is the viewer's alone. A new nickname is everybody's business.
pub(crate) async fn change_mine(desk: &Desk, viewer: &Viewer, id: ConversationId, change: MineChange) -> Result<Mine> {
    let draft = change.draft.as_deref().map(rules::draft).transpose()?;
    let nickname = change.nickname.as_deref().map(rules::nickname).transpose()?;
    let mut tx = desk.db.begin().await?;
    let Seen { mine: before, .. } = store::conversations::seen(From::Tx(&mut tx), viewer, id).await?;
    let renamed = nickname.as_ref().is_some_and(|nickname| *nickname != before.nickname);
    let after = Mine {
        level: change.level.unwrap_or(before.level),
        pinned: change.pinned.unwrap_or(before.pinned),
        pin_position: change.pin_position.unwrap_or(before.pin_position),
        draft: draft.unwrap_or(before.draft),
        nickname: nickname.unwrap_or(before.nickname),
        marked_unread: change.marked_unread.unwrap_or(before.marked_unread),
        ..before
    };
    store::conversations::save_mine(&mut tx, viewer, id, &after).await?;
    if renamed {
        store::conversations::touch(&mut tx, id).await?;
    }
    tx.commit().await?;
    let news = if renamed { News::Conversation(id) } else { News::Mine(id, viewer.member) };
    desk.chat.tell(vec![news]).await;
    Ok(after)
}
