//! Entries: found by their ids, written one by one. Names in a folder are its own; the database sees to it.

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::uuid::Uuid;
use kernel::{Result, sql};

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, Family, Looks, Place, Scan};
use super::super::{EntryId, SpaceId, names};
use super::{From, read};
use crate::org::{MemberId, OrganisationId};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: EntryId,
    organisation_id: OrganisationId,
    space_id: Option<SpaceId>,
    parent_id: Option<Uuid>,
    kind: String,
    name: String,
    family: String,
    media_type: String,
    size: i64,
    hash: Option<String>,
    version: i64,
    versions: i64,
    created_by: MemberId,
    created_at: Time,
    changed_at: Time,
    binned_at: Option<Time>,
    binned_with: Option<EntryId>,
    sent_kind: Option<String>,
    sent_to: Option<Uuid>,
    attached_kind: Option<String>,
    attached_to: Option<Uuid>,
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    has_thumbnail: bool,
    scan: String,
    is_shared: bool,
}

impl Row {
    pub(super) fn entry(self) -> Result<Entry> {
        let place = match (self.space_id, self.parent_id) {
            (Some(space), Some(parent)) => Place::Kept { space, parent },
            _ => Place::Sent {
                to: (self.sent_kind.unwrap_or_default(), self.sent_to.unwrap_or_default()),
                attached: self.attached_kind.zip(self.attached_to),
            },
        };
        Ok(Entry {
            id: self.id,
            organisation: self.organisation_id,
            place,
            kind: read("kind", &self.kind, EntryKind::from_word)?,
            name: self.name,
            family: read("family", &self.family, Family::from_word)?,
            media_type: self.media_type,
            size: self.size,
            hash: self.hash,
            version: self.version,
            versions: self.versions,
            created_by: self.created_by,
            created_at: self.created_at,
            changed_at: self.changed_at,
            binned_at: self.binned_at,
            binned_with: self.binned_with,
            looks: Looks {
                width: self.width,
                height: self.height,
                duration_ms: self.duration_ms,
                has_thumbnail: self.has_thumbnail,
                scan: read("scan", &self.scan, Scan::from_word)?,
            },
            is_shared: self.is_shared,
        })
    }
}

/// Entries as [`Row`] reads them, with the rest of the statement.
macro_rules! entries {
    ($rest:expr) => {
        kernel::sql!(concat!(
            "SELECT e.id, e.organisation_id, e.space_id, e.parent_id, e.kind, e.name, e.family, e.media_type, e.size, e.hash, e.version,
                e.created_by, e.created_at, e.changed_at, e.binned_at, e.binned_with, e.sent_kind, e.sent_to, e.attached_kind,
                e.attached_to, b.width, b.height, b.duration_ms, COALESCE(b.has_thumbnail, FALSE) AS has_thumbnail,
                COALESCE(b.scan, 'clean') AS scan,
                (SELECT COUNT(*) FROM drive_versions v WHERE v.entry_id = e.id) AS versions,
                EXISTS (SELECT 1 FROM drive_links l WHERE l.entry_id = e.id) AS is_shared
             FROM drive_entries e LEFT JOIN drive_blobs b ON b.hash = e.hash ",
            $rest
        ))
    };
}
pub(super) use entries;

/// An entry of the organisation. Who may see it is decided in `seen`.
pub(crate) async fn of_organisation(mut from: From<'_>, organisation: OrganisationId, id: EntryId) -> Result<Option<Entry>> {
    let ask = from.ask(entries!("WHERE e.id = $1 AND e.organisation_id = $2")).bind(id).bind(organisation);
    ask.optional::<Row>().await?.map(Row::entry).transpose()
}

/// Entries of the organisation, whoever may see them.
pub(crate) async fn some(mut from: From<'_>, organisation: OrganisationId, ids: &[EntryId]) -> Result<Vec<Entry>> {
    let ids = Ids::from_iter(ids.iter().map(|id| id.uuid()));
    let ask = from.ask(entries!("WHERE e.organisation_id = $1 AND e.id = ANY($2)")).bind(organisation).bind(ids);
    ask.all::<Row>().await?.into_iter().map(Row::entry).collect()
}

/// Some entries that have these bytes, whoever may see them.
pub(crate) async fn with_bytes(db: &Db, organisation: OrganisationId, hash: &str) -> Result<Vec<Entry>> {
    let ask = db.read(entries!("WHERE e.hash = $1 AND e.organisation_id = $2 AND e.binned_at IS NULL ORDER BY e.id DESC LIMIT 50"));
    ask.bind(hash.to_owned()).bind(organisation).all::<Row>().await?.into_iter().map(Row::entry).collect()
}

/// A folder and those it lies in, the outermost first; at most so many as folders may lie in each other.
pub(crate) async fn path(db: &Db, space: SpaceId, folder: Uuid) -> Result<Vec<(EntryId, String)>> {
    let mut path: Vec<(EntryId, String, i64)> = db
        .read(sql!(
            "WITH RECURSIVE above (id, name, parent_id, depth) AS (
                SELECT id, name, parent_id, CAST(0 AS BIGINT) FROM drive_entries WHERE id = $2 AND space_id = $1
                UNION ALL
                SELECT p.id, p.name, p.parent_id, a.depth + 1 FROM drive_entries p JOIN above a ON p.id = a.parent_id WHERE a.depth < 100
             )
             SELECT id, name, depth FROM above ORDER BY depth DESC"
        ))
        .bind(space)
        .bind(folder)
        .all()
        .await?;
    Ok(path.drain(..).map(|(id, name, _)| (id, name)).collect())
}

/// Writes a new entry. In a space it gets the first name that is free; gives that name.
pub(crate) async fn insert(tx: &mut Tx, entry: &Entry) -> Result<String> {
    for number in 1..=names::NUMBERS_MAX {
        let name = match entry.place {
            Place::Kept { .. } => names::numbered(&entry.name, number),
            Place::Sent { .. } => entry.name.clone(),
        };
        if insert_as(tx, entry, &name).await? {
            return Ok(name);
        }
    }
    Err(Refused::TooMany(u64::from(names::NUMBERS_MAX)).into())
}

async fn insert_as(tx: &mut Tx, entry: &Entry, name: &str) -> Result<bool> {
    let (kept, sent, attached) = match entry.place.clone() {
        Place::Kept { space, parent } => (Some((space, parent)), None, None),
        Place::Sent { to, attached } => (None, Some(to), attached),
    };
    let ((space, parent), (sent_kind, sent_to)) = (kept.unzip(), sent.unzip());
    let (attached_kind, attached_to) = attached.unzip();
    let written = tx
        .ask(sql!(
            "INSERT INTO drive_entries (id, organisation_id, space_id, parent_id, kind, name, name_key, family, media_type, size, hash,
                version, created_by, created_at, changed_at, sent_kind, sent_to, attached_kind, attached_to)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             ON CONFLICT (parent_id, name_key) WHERE binned_at IS NULL DO NOTHING"
        ))
        .bind(entry.id)
        .bind(entry.organisation)
        .bind(space)
        .bind(parent)
        .bind(entry.kind.word())
        .bind(name.to_owned())
        .bind(names::key(name))
        .bind(entry.family.word())
        .bind(entry.media_type.clone())
        .bind(entry.size)
        .bind(entry.hash.clone())
        .bind(entry.version)
        .bind(entry.created_by)
        .bind(entry.created_at)
        .bind(entry.changed_at)
        .bind(sent_kind)
        .bind(sent_to)
        .bind(attached_kind)
        .bind(attached_to)
        .run()
        .await?;
    Ok(written > 0)
}

/// Puts an entry in another place under that name, or the first one like it that is free there; gives it. What the name
/// does not tell of the type stays as it was.
pub(crate) async fn put(tx: &mut Tx, entry: &Entry, parent: Uuid, name: &str, now: Time) -> Result<String> {
    for number in 1..=names::NUMBERS_MAX {
        let name = names::numbered(name, number);
        let (media_type, family) = names::kind_of(&name, &entry.media_type);
        let put = tx
            .ask(sql!(
                "UPDATE drive_entries SET parent_id = $2, name = $3, name_key = $4, changed_at = $5,
                    media_type = CASE WHEN kind = 'file' AND $7 <> 'other' THEN $6 ELSE media_type END,
                    family = CASE WHEN kind = 'file' AND $7 <> 'other' THEN $7 ELSE family END
                 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM drive_entries o
                    WHERE o.parent_id = $2 AND o.name_key = $4 AND o.binned_at IS NULL AND o.id <> $1)"
            ))
            .bind(entry.id)
            .bind(parent)
            .bind(name.clone())
            .bind(names::key(&name))
            .bind(now)
            .bind(media_type)
            .bind(family.word())
            .run()
            .await?;
        if put > 0 {
            return Ok(name);
        }
    }
    Err(Refused::TooMany(u64::from(names::NUMBERS_MAX)).into())
}

/// Shows another version of a file.
pub(crate) async fn show_version(tx: &mut Tx, id: EntryId, number: i64, hash: &str, size: i64, now: Time) -> Result<()> {
    tx.ask(sql!("UPDATE drive_entries SET version = $2, hash = $3, size = $4, changed_at = $5 WHERE id = $1"))
        .bind(id)
        .bind(number)
        .bind(hash.to_owned())
        .bind(size)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

/// Attaches what a member has sent to a place and not attached yet; gives those of these entries that now are.
pub(crate) async fn attach(
    tx: &mut Tx,
    ids: &[EntryId],
    by: MemberId,
    sent_to: (&str, Uuid),
    attached: (&str, Uuid),
) -> Result<Vec<EntryId>> {
    let attached: Vec<(EntryId,)> = tx
        .ask(sql!(
            "UPDATE drive_entries SET attached_kind = $5, attached_to = $6
             WHERE id = ANY($1) AND created_by = $2 AND sent_kind = $3 AND sent_to = $4 AND attached_to IS NULL AND space_id IS NULL
             RETURNING id"
        ))
        .bind(Ids::from_iter(ids.iter().map(|id| id.uuid())))
        .bind(by)
        .bind(sent_to.0.to_owned())
        .bind(sent_to.1)
        .bind(attached.0.to_owned())
        .bind(attached.1)
        .all()
        .await?;
    Ok(attached.into_iter().map(|(id,)| id).collect())
}

/// Takes these entries off what they were attached to.
pub(crate) async fn detach(tx: &mut Tx, ids: &[EntryId]) -> Result<()> {
    tx.ask(sql!("UPDATE drive_entries SET attached_kind = NULL, attached_to = NULL WHERE id = ANY($1)"))
        .bind(Ids::from_iter(ids.iter().map(|id| id.uuid())))
        .run()
        .await?;
    Ok(())
}

/// What is attached to a thing.
pub(crate) async fn attached_to(tx: &mut Tx, attached_to: Uuid) -> Result<Vec<EntryId>> {
    let found: Vec<(EntryId,)> =
        tx.ask(sql!("SELECT id FROM drive_entries WHERE attached_to = $1 LIMIT 1000")).bind(attached_to).all().await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Takes everything that was sent to a place off what it was attached to, and throws away what is kept in its space.
pub(crate) async fn let_go(tx: &mut Tx, kind: &str, place: Uuid, now: Time) -> Result<()> {
    tx.ask(sql!("UPDATE drive_entries SET attached_kind = NULL, attached_to = NULL WHERE sent_kind = $1 AND sent_to = $2"))
        .bind(kind.to_owned())
        .bind(place)
        .run()
        .await?;
    tx.ask(sql!(
        "UPDATE drive_entries SET binned_at = $3, binned_with = id
         WHERE binned_at IS NULL AND space_id IN (SELECT id FROM drive_spaces WHERE owner_kind = $1 AND owner_id = $2)"
    ))
    .bind(kind.to_owned())
    .bind(place)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// The organisation that these entries belong to; nothing when there are none.
pub(crate) async fn organisation_of(tx: &mut Tx, ids: &[EntryId]) -> Result<Option<OrganisationId>> {
    let Some(first) = ids.first() else { return Ok(None) };
    let found: Option<(OrganisationId,)> =
        tx.ask(sql!("SELECT organisation_id FROM drive_entries WHERE id = $1")).bind(*first).optional().await?;
    Ok(found.map(|(organisation,)| organisation))
}

/// Which of the things that are attached somewhere have these bytes: what they are attached to, and they.
pub(crate) async fn attached_with_bytes(db: &Db, hash: &str) -> Result<Vec<Entry>> {
    let ask = db.read(entries!("WHERE e.hash = $1 AND e.attached_to IS NOT NULL ORDER BY e.id DESC LIMIT 1000")).bind(hash.to_owned());
    ask.all::<Row>().await?.into_iter().map(Row::entry).collect()
}

/// Everybody who has brought these bytes, and what they call them.
pub(crate) async fn bringers(db: &Db, hash: &str) -> Result<Vec<(OrganisationId, MemberId, EntryId, String)>> {
    db.read(sql!("SELECT organisation_id, created_by, id, name FROM drive_entries WHERE hash = $1 ORDER BY id LIMIT 100"))
        .bind(hash.to_owned())
        .all()
        .await
}

/// What was sent somewhere in an organisation before then and never attached.
pub(crate) async fn unattached(db: &Db, organisation: OrganisationId, before: Time) -> Result<Vec<EntryId>> {
    let found: Vec<(EntryId,)> = db
        .read(sql!(
            "SELECT id FROM drive_entries WHERE space_id IS NULL AND attached_to IS NULL AND organisation_id = $1 AND created_at < $2
             LIMIT 1000"
        ))
        .bind(organisation)
        .bind(before)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// What was sent somewhere in an organisation before then. What is attached to the very thing it was brought for is kept
/// there by somebody, and was not sent.
pub(crate) async fn attached_before(db: &Db, organisation: OrganisationId, before: Time) -> Result<Vec<EntryId>> {
    let found: Vec<(EntryId,)> = db
        .read(sql!(
            "SELECT id FROM drive_entries
             WHERE space_id IS NULL AND organisation_id = $1 AND created_at < $2 AND (attached_to IS NULL OR attached_to <> sent_to)
             LIMIT 1000"
        ))
        .bind(organisation)
        .bind(before)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
