//! People as other capabilities show them: a name and a picture.

use std::collections::BTreeMap;

use kernel::db::Ids;
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::{MemberId, OrganisationId};
use crate::desk::Desk;

/// A person in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonCard {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) avatar_url: Option<String>,
    pub(crate) is_disabled: bool,
}

/// The cards of those of these people who belong to the organisation. Whoever asks must have found
/// out already that its viewer may see them.
pub(crate) async fn cards(
    desk: &Desk,
    organisation: OrganisationId,
    members: impl IntoIterator<Item = MemberId>,
) -> Result<BTreeMap<MemberId, PersonCard>> {
    let rows: Vec<(MemberId, String, String, Option<String>, bool)> = desk
        .db
        .read(sql!(
            "SELECT id, name, title, avatar, disabled_at IS NOT NULL FROM org_members
             WHERE organisation_id = $1 AND id = ANY($2)"
        ))
        .bind(organisation)
        .bind(Ids::from_iter(members.into_iter().map(MemberId::uuid)))
        .all()
        .await?;
    let cards = rows.into_iter().map(|(id, name, title, avatar, is_disabled)| {
        let avatar_url = avatar_url(avatar.as_deref());
        (id, PersonCard { id, name, title, avatar_url, is_disabled })
    });
    Ok(cards.collect())
}

/// People by what other tools call them: a user name, a phone number, a mail address, an employee number or an id of
/// ours. Each handle is given with whom it means; those who are disabled are nobody.
pub(crate) async fn people_by_handles(desk: &Desk, organisation: OrganisationId, handles: &[String]) -> Result<Vec<(String, PersonCard)>> {
    let rows: Vec<Value> = handles.iter().map(|handle| json!({ "handle": handle, "low": handle.to_lowercase(), "phone": phone(handle) })).collect();
    let found: Vec<(String, MemberId)> = desk
        .db
        .read(sql!(
            "SELECT n.handle, m.id FROM jsonb_to_recordset($2) AS n (handle TEXT, low TEXT, phone TEXT)
             JOIN org_accounts a ON a.username = n.low OR a.email = n.low OR a.phone = n.handle OR a.phone = n.phone
             JOIN org_members m ON m.account_id = a.id AND m.organisation_id = $1 AND m.disabled_at IS NULL
             UNION
             SELECT n.handle, m.id FROM jsonb_to_recordset($2) AS n (handle TEXT, low TEXT, phone TEXT)
             JOIN org_members m ON m.organisation_id = $1 AND m.employee_no = n.handle AND m.disabled_at IS NULL"
        ))
        .bind(organisation)
        .bind(Json(json!(rows)))
        .all()
        .await?;
    let ids = handles.iter().filter_map(|handle| handle.parse::<MemberId>().ok().map(|id| (handle.clone(), id)));
    let found: Vec<(String, MemberId)> = found.into_iter().chain(ids).collect();
    let people = cards(desk, organisation, found.iter().map(|(_, id)| *id)).await?;
    let known = found.into_iter().filter_map(|(handle, id)| people.get(&id).filter(|card| !card.is_disabled).map(|card| (handle, card.clone())));
    Ok(known.collect())
}

/// A phone number with the country it is of, where tools leave that out.
fn phone(handle: &str) -> String {
    if handle.starts_with('+') { handle.to_owned() } else { format!("+86{handle}") }
}

/// Where a picture is found. Its name is the hash of what it shows, so it never changes.
pub(crate) fn avatar_url(avatar: Option<&str>) -> Option<String> {
    avatar.map(|name| format!("/api/org/avatars/{name}"))
}
