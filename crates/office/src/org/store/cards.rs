//! People as other capabilities show them: a name and a picture.

use std::collections::BTreeMap;

use kernel::db::Ids;
use kernel::{Result, sql};

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

/// How somebody is reached who looks at no device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) language: String,
}

/// How those of these people who belong to the organisation and are not disabled are reached. It is for no other member's
/// eyes.
pub(crate) async fn reach(desk: &Desk, organisation: OrganisationId, members: impl IntoIterator<Item = MemberId>) -> Result<Vec<Reach>> {
    let rows: Vec<(MemberId, String, Option<String>, String)> = desk
        .db
        .read(sql!(
            "SELECT m.id, m.name, a.phone, a.language FROM org_members m JOIN org_accounts a ON a.id = m.account_id
             WHERE m.organisation_id = $1 AND m.id = ANY($2) AND m.disabled_at IS NULL ORDER BY m.id"
        ))
        .bind(organisation)
        .bind(Ids::from_iter(members.into_iter().map(MemberId::uuid)))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id, name, phone, language)| Reach { id, name, phone, language }).collect())
}

/// Where a picture is found. Its name is the hash of what it shows, so it never changes.
pub(crate) fn avatar_url(avatar: Option<&str>) -> Option<String> {
    avatar.map(|name| format!("/api/org/avatars/{name}"))
}
