//! What lies in a folder, page by page: folders first, then by name, time or size. A page is found by the key of the last
//! entry before it, so it costs the same wherever it lies.

use kernel::Result;
use kernel::clock::Time;
use kernel::db::Db;
use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};

use super::super::model::{Entry, EntryKind};
use super::super::{EntryId, SpaceId, names};
use super::entries::{Row, entries};

/// By what a folder is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DriveSort)]
pub(crate) enum Sort {
    Name,
    Time,
    Size,
}

/// In which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DriveOrder)]
pub(crate) enum Order {
    Asc,
    Desc,
}

/// The place of an entry in a sorted folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct After {
    /// Folders come first.
    rank: i64,
    text: String,
    number: i64,
    id: EntryId,
}

impl After {
    /// The place of that entry.
    pub(crate) fn of(entry: &Entry, sort: Sort) -> After {
        let rank = i64::from(entry.kind == EntryKind::File);
        let number = match sort {
            Sort::Name => 0,
            Sort::Time => entry.changed_at.as_ms(),
            Sort::Size => entry.size,
        };
        After { rank, text: names::key(&entry.name), number, id: entry.id }
    }
}

/// One page of a folder.
macro_rules! page {
    ($db:expr, $key:literal, $comparison:literal, $direction:literal) => {
        $db.read(entries!(concat!(
            "WHERE e.space_id = $1 AND e.parent_id = $2 AND e.binned_at IS NULL
               AND ((CASE WHEN e.kind = 'folder' THEN 0 ELSE 1 END) > $3
                 OR (CASE WHEN e.kind = 'folder' THEN 0 ELSE 1 END) = $3 AND (",
            $key,
            ", e.id) ",
            $comparison,
            " ($4, $5))
             ORDER BY CASE WHEN e.kind = 'folder' THEN 0 ELSE 1 END, ",
            $key,
            " ",
            $direction,
            ", e.id ",
            $direction,
            " LIMIT $6"
        )))
    };
}

/// Entries of a folder after that place, the first ones when there is none.
pub(crate) async fn page(
    db: &Db,
    (space, parent): (SpaceId, Uuid),
    (sort, order): (Sort, Order),
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let (rank, text, number, id) = match after {
        Some(After { rank, text, number, id }) => (rank, text, number, id.uuid()),
        None => (-1, String::new(), 0, Uuid::nil()),
    };
    let rows: Vec<Row> = match (sort, order) {
        (Sort::Name, order) => {
            let ask = match order {
                Order::Asc => page!(db, "e.name_key", ">", "ASC"),
                Order::Desc => page!(db, "e.name_key", "<", "DESC"),
            };
            ask.bind(space).bind(parent).bind(rank).bind(text).bind(id).bind(limit).all().await?
        }
        (Sort::Time | Sort::Size, order) => {
            let ask = match (sort, order) {
                (Sort::Time, Order::Asc) => page!(db, "e.changed_at", ">", "ASC"),
                (Sort::Time, Order::Desc) => page!(db, "e.changed_at", "<", "DESC"),
                (_, Order::Asc) => page!(db, "e.size", ">", "ASC"),
                (_, Order::Desc) => page!(db, "e.size", "<", "DESC"),
            };
            ask.bind(space).bind(parent).bind(rank).bind(number).bind(id).bind(limit).all().await?
        }
    };
    rows.into_iter().map(Row::entry).collect()
}

/// What was thrown away in a space, the latest first: each with what went with it.
pub(crate) async fn bin(db: &Db, space: SpaceId, before: Option<(Time, EntryId)>, limit: i64) -> Result<Vec<Entry>> {
    let (at, id) = before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.as_ms(), id.uuid()));
    let ask = db.read(entries!(
        "WHERE e.space_id = $1 AND e.binned_with = e.id AND (e.binned_at, e.id) < ($2, $3) ORDER BY e.binned_at DESC, e.id DESC LIMIT $4"
    ));
    ask.bind(space).bind(at).bind(id).bind(limit).all::<Row>().await?.into_iter().map(Row::entry).collect()
}

/// What was thrown away in an organisation before then.
pub(crate) async fn binned_before(db: &Db, organisation: crate::org::OrganisationId, before: Time) -> Result<Vec<Entry>> {
    let ask =
        db.read(entries!("WHERE e.organisation_id = $1 AND e.binned_with = e.id AND e.binned_at < $2 ORDER BY e.binned_at LIMIT 1000"));
    ask.bind(organisation).bind(before).all::<Row>().await?.into_iter().map(Row::entry).collect()
}
