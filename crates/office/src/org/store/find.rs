//! People found by what they are called, for capabilities that offer somebody to talk to.

use kernel::{Result, sql};

use super::super::MemberId;
use super::super::terms::pattern;
use super::cards::{PersonCard, avatar_url};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// Colleagues of the viewer's who are not disabled, found as the directory finds them, in its order.
pub(crate) async fn find_people(desk: &Desk, viewer: &Viewer, words: &str, limit: usize) -> Result<Vec<PersonCard>> {
    let rows: Vec<(MemberId, String, String, Option<String>)> = desk
        .db
        .read(sql!(
            "SELECT id, name, title, avatar FROM org_members
             WHERE organisation_id = $1 AND disabled_at IS NULL AND terms LIKE $2 ESCAPE '!' ORDER BY sort_key, id LIMIT $3"
        ))
        .bind(viewer.organisation)
        .bind(pattern(words))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all()
        .await?;
    let card = |(id, name, title, avatar): (MemberId, String, String, Option<String>)| {
        let avatar_url = avatar_url(avatar.as_deref());
        PersonCard { id, name, title, avatar_url, is_disabled: false }
    };
    Ok(rows.into_iter().map(card).collect())
}
