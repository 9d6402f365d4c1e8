//! Folders and files: listed, named, moved, copied, thrown away, searched.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::acts::moving::{self, Change};
use super::super::acts::{binning, copying, keeping};
use super::super::errors::Refused;
use super::super::model::Place;
use super::super::store::listing::{self, After, Order, Sort};
use super::super::store::{self};
use super::super::wire::{self, Entries, Entry, EntryInPlace, Versions};
use super::super::{EntryId, SpaceId, seen};
use crate::desk::Desk;
use crate::http::{Cursor, Json, Path, Query};
use crate::org;
use crate::terms::Question;
use crate::viewer::Viewer;

/// Entries on one page, when the asker does not say.
const PAGE_DEFAULT: i64 = 100;
const PAGE_MAX: i64 = 200;
/// Entries that are looked at for one page of a search.
const SEARCHED: i64 = 500;

/// Which part of a folder is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The top of the space when it is absent.
    folder: Option<EntryId>,
    /// By name when nothing is said.
    #[param(inline)]
    sort: Option<Sort>,
    /// Names forwards, times and sizes backwards when nothing is said.
    #[param(inline)]
    order: Option<Order>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 100 when nothing is said, 200 at most.
    limit: Option<i64>,
}

/// What lies in a folder: folders first.
#[utoipa::path(get, path = "/api/drive/spaces/{id}/entries", tag = "drive", operation_id = "entries", security(("session" = [])), params(("id" = SpaceId, Path), ListQuery),
    responses((status = 200, body = Entries)))]
pub(super) async fn list(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<SpaceId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Entries>> {
    let space = seen::space(&desk, &viewer, id).await?;
    let parent = match query.folder {
        None => id.uuid(),
        Some(folder) => {
            let seen = seen::entry(&desk, &viewer, folder).await?;
            let is_here = matches!(seen.entry.place, Place::Kept { space: there, .. } if there == space.space.id);
            if is_here { folder.uuid() } else { return Err(Refused::NotFound.into()) }
        }
    };
    let sort = query.sort.unwrap_or(Sort::Name);
    let order = query.order.unwrap_or(if sort == Sort::Name { Order::Asc } else { Order::Desc });
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let after: Option<After> = Cursor::read(query.after.as_deref())?;
    let mut found = listing::page(&desk.db, (id, parent), (sort, order), after, limit + 1).await?;
    let next = cut(&mut found, limit).and_then(|last| Cursor::write(&After::of(last, sort)));
    let entries = wire::entries(&desk, viewer.organisation, &found).await?;
    let path = wire::path(&desk, id, parent).await?;
    Ok(Json(Entries { entries, path, next }))
}

/// Leaves a page; gives its last entry when there are more.
fn cut(found: &mut Vec<super::super::model::Entry>, limit: i64) -> Option<&super::super::model::Entry> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = found.len() > limit;
    found.truncate(limit);
    found.last().filter(|_| more)
}

/// A new folder.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveNewFolder)]
pub(super) struct NewFolder {
    name: String,
    /// Where it lies; at the top when it is absent.
    folder_id: Option<EntryId>,
}

/// Makes a folder. A name that is taken gets a number.
#[utoipa::path(post, path = "/api/drive/spaces/{id}/folders", tag = "drive", security(("session" = [])), params(("id" = SpaceId, Path)),
    request_body = NewFolder, responses((status = 201, body = Entry)))]
pub(super) async fn make_folder(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<SpaceId>,
    Json(body): Json<NewFolder>,
) -> Result<(StatusCode, Json<Entry>)> {
    let space = seen::writable_space(&desk, &viewer, id).await?;
    let made = keeping::make_folder(&desk, &viewer, &space, body.folder_id, &body.name).await?;
    let seen = seen::entry(&desk, &viewer, made).await?;
    Ok((StatusCode::CREATED, Json(wire::entry(&desk, &seen.entry).await?)))
}

/// One entry with the folders it lies in.
#[utoipa::path(get, path = "/api/drive/entries/{id}", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    responses((status = 200, body = EntryInPlace)))]
pub(super) async fn one(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<EntryId>) -> Result<Json<EntryInPlace>> {
    let seen = seen::entry(&desk, &viewer, id).await?;
    let path = match seen.entry.place {
        Place::Kept { space, parent } => wire::path(&desk, space, parent).await?,
        Place::Sent { .. } => Vec::new(),
    };
    Ok(Json(EntryInPlace { entry: wire::entry(&desk, &seen.entry).await?, path }))
}

/// What of an entry changes; the rest stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveEntryChange)]
pub(super) struct EntryChange {
    name: Option<String>,
    /// The folder it is moved to.
    folder_id: Option<EntryId>,
    /// It is moved to the top.
    #[serde(default)]
    to_root: bool,
    /// The space it is moved to.
    space_id: Option<SpaceId>,
}

/// Renames an entry, moves it, or both. A name that is taken gets a number.
#[utoipa::path(patch, path = "/api/drive/entries/{id}", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    request_body = EntryChange, responses((status = 200, body = Entry)))]
pub(super) async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<EntryId>,
    Json(body): Json<EntryChange>,
) -> Result<Json<Entry>> {
    let EntryChange { name, folder_id, to_root, space_id } = body;
    let entry = moving::change(&desk, &viewer, id, Change { name, folder: folder_id, to_root, space: space_id }).await?;
    Ok(Json(wire::entry(&desk, &entry).await?))
}

/// Throws an entry away, with everything in it.
#[utoipa::path(delete, path = "/api/drive/entries/{id}", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    responses((status = 204)))]
pub(super) async fn throw_away(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<EntryId>) -> Result<StatusCode> {
    binning::throw_away(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a copy goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveCopy)]
pub(super) struct CopyWanted {
    space_id: SpaceId,
    /// At the top when it is absent.
    folder_id: Option<EntryId>,
}

/// Copies an entry, a folder with what lies in it. What was sent with a message is saved that way.
#[utoipa::path(post, path = "/api/drive/entries/{id}/copy", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    request_body = CopyWanted, responses((status = 201, body = Entry)))]
pub(super) async fn copy(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<EntryId>,
    Json(body): Json<CopyWanted>,
) -> Result<(StatusCode, Json<Entry>)> {
    seen::entry(&desk, &viewer, id).await?;
    let space = seen::writable_space(&desk, &viewer, body.space_id).await?;
    let entry = copying::copy(&desk, &viewer, id, &space, body.folder_id).await?;
    Ok((StatusCode::CREATED, Json(wire::entry(&desk, &entry).await?)))
}

/// Which page of a bin is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BinQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 100 when nothing is said, 200 at most.
    limit: Option<i64>,
}

/// What was thrown away in a space, the latest first.
#[utoipa::path(get, path = "/api/drive/spaces/{id}/bin", tag = "drive", security(("session" = [])), params(("id" = SpaceId, Path), BinQuery),
    responses((status = 200, body = Entries)))]
pub(super) async fn bin(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<SpaceId>,
    Query(query): Query<BinQuery>,
) -> Result<Json<Entries>> {
    seen::space(&desk, &viewer, id).await?;
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let before: Option<(Time, EntryId)> = Cursor::read(query.after.as_deref())?;
    let mut found = listing::bin(&desk.db, id, before, limit + 1).await?;
    let next = cut(&mut found, limit).and_then(|last| Cursor::write(&(last.binned_at?, last.id)));
    Ok(Json(Entries { entries: wire::entries(&desk, viewer.organisation, &found).await?, path: Vec::new(), next }))
}

/// Destroys everything in a bin that the viewer may.
#[utoipa::path(delete, path = "/api/drive/spaces/{id}/bin", tag = "drive", security(("session" = [])), params(("id" = SpaceId, Path)),
    responses((status = 204)))]
pub(super) async fn empty_bin(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<SpaceId>) -> Result<StatusCode> {
    let space = seen::writable_space(&desk, &viewer, id).await?;
    binning::empty(&desk, &viewer, &space).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back what was thrown away.
#[utoipa::path(post, path = "/api/drive/entries/{id}/restore", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    responses((status = 200, body = Entry)))]
pub(super) async fn bring_back(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<EntryId>) -> Result<Json<Entry>> {
    let entry = binning::bring_back(&desk, &viewer, id).await?;
    Ok(Json(wire::entry(&desk, &entry).await?))
}

/// Destroys what was thrown away, for ever.
#[utoipa::path(delete, path = "/api/drive/bin/{id}", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    responses((status = 204)))]
pub(super) async fn destroy(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<EntryId>) -> Result<StatusCode> {
    binning::destroy(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The versions of a file, the latest first.
#[utoipa::path(get, path = "/api/drive/entries/{id}/versions", tag = "drive", security(("session" = [])), params(("id" = EntryId, Path)),
    responses((status = 200, body = Versions)))]
pub(super) async fn versions(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<EntryId>) -> Result<Json<Versions>> {
    seen::entry(&desk, &viewer, id).await?;
    let versions = store::versions::of(&desk.db, id).await?;
    Ok(Json(wire::versions(&desk, &viewer, &versions).await?))
}

/// Shows an earlier version again, as the latest one.
#[utoipa::path(post, path = "/api/drive/entries/{id}/versions/{number}/restore", tag = "drive", security(("session" = [])),
    params(("id" = EntryId, Path), ("number" = i64, Path)), responses((status = 200, body = Entry)))]
pub(super) async fn restore_version(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, number)): Path<(EntryId, i64)>,
) -> Result<Json<Entry>> {
    keeping::restore_version(&desk, &viewer, id, number).await?;
    let seen = seen::entry(&desk, &viewer, id).await?;
    Ok(Json(wire::entry(&desk, &seen.entry).await?))
}

/// What is searched for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    words: String,
    /// In all of the viewer's spaces when it is absent.
    space: Option<SpaceId>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 100 when nothing is said, 200 at most.
    limit: Option<i64>,
}

/// Entries by words in their names, or by the pinyin of these or its initials, the latest first.
#[utoipa::path(get, path = "/api/drive/search", tag = "drive", security(("session" = [])), params(SearchQuery),
    responses((status = 200, body = Entries)))]
pub(super) async fn search(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<SearchQuery>) -> Result<Json<Entries>> {
    let spaces: Vec<SpaceId> = match query.space {
        Some(id) => vec![seen::space(&desk, &viewer, id).await?.space.id],
        None => seen::spaces(&desk, &viewer).await?.iter().map(|seen| seen.space.id).collect(),
    };
    let limit = usize::try_from(query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)).unwrap_or(1);
    let mut before: Option<EntryId> = Cursor::read(query.after.as_deref())?;
    let Some(question) = Question::read(&query.words) else {
        return Ok(Json(Entries { entries: Vec::new(), path: Vec::new(), next: None }));
    };
    let mut found = Vec::new();
    let mut more = true;
    while more && found.len() <= limit {
        let page = store::search::with_terms(&desk.db, &spaces, &question.terms(), before, SEARCHED).await?;
        before = page.last().map(|entry| entry.id);
        more = i64::try_from(page.len()).unwrap_or(0) == SEARCHED;
        found.extend(page.into_iter().filter(|entry| question.is_in_or(&entry.name, |part| org::sounds_like(&entry.name, part))));
    }
    let next = (found.len() > limit).then(|| found.get(limit - 1)).flatten().and_then(|last| Cursor::write(&last.id));
    found.truncate(limit);
    Ok(Json(Entries { entries: wire::entries(&desk, viewer.organisation, &found).await?, path: Vec::new(), next }))
}
