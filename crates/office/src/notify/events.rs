//! What notices announce and say on devices, and what they hear of the organisation.

use kernel::Result;
use kernel::bus::{Bus, Event};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::push::{self, Push, Urgency};
use super::{Notice, NoticeId, store, tell, wire};
use crate::desk::Desk;
use crate::org::{MemberId, OrganisationId, PasswordWasReset, RoleChanged, SessionsEnded, SignedIn};

/// Members were told something.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) organisation: OrganisationId,
    pub(super) told: Vec<(MemberId, NoticeId)>,
}

impl Event for Told {
    const NAME: &'static str = "notify.told";
}

/// A member marked or removed notices, or wants to be told other things.
#[derive(Serialize, Deserialize)]
pub(super) struct Marked {
    pub(super) member: MemberId,
}

impl Event for Marked {
    const NAME: &'static str = "notify.marked";
}

/// What devices are told.
#[derive(Serialize)]
#[serde(tag = "type")]
enum Said {
    #[serde(rename = "notify.new")]
    New { notice: Box<wire::Notice>, unread: i64 },
    #[serde(rename = "notify.read")]
    Read { unread: i64 },
}

pub(super) fn listen(desk: &Desk, bus: &mut Bus) {
    let at = desk.clone();
    bus.listen(move |event: Told| {
        let desk = at.clone();
        async move { say(&desk, event).await }
    });
    let at = desk.clone();
    bus.listen(move |Marked { member }| {
        let desk = at.clone();
        async move {
            let unread = store::unread(&desk.db, member).await?;
            desk.hub.tell_member(member, &Said::Read { unread });
            Ok(())
        }
    });
    listen_to_org(desk, bus);
}

/// Whoever has read or removed it meanwhile on another device is not told again.
async fn say(desk: &Desk, Told { organisation, told }: Told) -> Result<()> {
    for (member, id) in told {
        let kept = store::one(&desk.db, member, id).await?.filter(|kept| kept.read_at.is_none());
        let shown = wire::notices(desk, organisation, Vec::from_iter(kept)).await?;
        for notice in shown {
            let unread = store::unread(&desk.db, member).await?;
            if let Some(push) = as_push(&notice) {
                push::offer(desk, organisation, vec![member], &push).await?;
            }
            desk.hub.tell_member(member, &Said::New { notice: Box::new(notice), unread });
        }
    }
    Ok(())
}

/// A notice where no page of ours is open. Its teller says in `data.push` when it pushes by itself (`none`), or when
/// somebody is waiting (`high`).
fn as_push(notice: &wire::Notice) -> Option<Push> {
    let urgency = match notice.data["push"].as_str() {
        Some("none") => return None,
        Some("high") => Urgency::High,
        _ => Urgency::Normal,
    };
    Some(Push {
        kind: notice.kind.clone(),
        title: notice.title.clone(),
        body: notice.data["text"].as_str().unwrap_or_default().to_owned(),
        link: notice.link.clone(),
        tag: notice.subject.clone(),
        actor: notice.actor.as_ref().map(|actor| actor.name.clone()).unwrap_or_default(),
        context: notice.data["context"].as_str().map(str::to_owned),
        urgency,
        worth: None,
    })
}

/// The organisation does not know that there are notices; its events are told here.
fn listen_to_org(desk: &Desk, bus: &mut Bus) {
    let at = desk.clone();
    bus.listen(move |event: RoleChanged| {
        let desk = at.clone();
        let data = json!({ "context": event.role });
        let notice = about_oneself(RoleChanged::NAME, event.organisation, event.member, Some(event.by), data);
        async move { tell_one(&desk, event.member, notice).await }
    });
    let at = desk.clone();
    bus.listen(move |event: SessionsEnded| {
        let desk = at.clone();
        async move { push::sessions_ended(&desk, event.sessions).await }
    });
    let at = desk.clone();
    bus.listen(move |event: PasswordWasReset| {
        let desk = at.clone();
        let notice = about_oneself(PasswordWasReset::NAME, event.organisation, event.member, Some(event.by), json!({}));
        async move { tell_one(&desk, event.member, notice).await }
    });
    let at = desk.clone();
    bus.listen(move |event: SignedIn| {
        let desk = at.clone();
        let data = json!({ "session_id": event.session });
        let notice = Notice {
            // One notice for one device, however often it signs in before that is read.
            subject: format!("org.device:{}", event.device),
            title: event.device,
            ..about_oneself(SignedIn::NAME, event.organisation, event.member, None, data)
        };
        async move { tell_one(&desk, event.member, notice).await }
    });
}

fn about_oneself(
    kind: &'static str,
    organisation: OrganisationId,
    member: MemberId,
    actor: Option<MemberId>,
    data: serde_json::Value,
) -> Notice {
    Notice { organisation, kind, subject: format!("org.member:{member}"), title: String::new(), link: "/me".to_owned(), data, actor }
}

async fn tell_one(desk: &Desk, member: MemberId, notice: Notice) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    tell(&mut tx, desk, [member], &notice).await?;
    tx.commit().await
}
