//! Files as the API shows them. Models are converted here and nowhere else.

use std::collections::BTreeMap;

use kernel::Result;
use kernel::clock::Time;
use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{self, OF_MEMBER, Place, SeenSpace};
use super::store::links::Link;
use super::store::settings;
use super::store::{self, From};
use super::{CONVERSATION, EntryId, LinkId, SpaceId};
use crate::desk::Desk;
use crate::org::{self, MemberId, OrganisationId, PersonCard};
use crate::viewer::Viewer;

/// A person as files show them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DrivePerson)]
pub(super) struct Person {
    id: MemberId,
    name: String,
    avatar_url: Option<String>,
}

fn person(people: &BTreeMap<MemberId, PersonCard>, id: MemberId) -> Person {
    let card = people.get(&id);
    Person { id, name: card.map(|card| card.name.clone()).unwrap_or_default(), avatar_url: card.and_then(|card| card.avatar_url.clone()) }
}

/// A file as a message carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriveFile)]
pub(crate) struct FileCard {
    pub(crate) id: EntryId,
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) media_type: String,
    /// `image`, `video`, `audio`, `pdf`, `text`, `code`, `archive`, `office` or `other`.
    pub(crate) group: String,
    pub(crate) width: Option<i64>,
    pub(crate) height: Option<i64>,
    pub(crate) duration_ms: Option<i64>,
    pub(crate) has_thumbnail: bool,
    /// `clean`, `waiting` or `infected`; only what is clean can be opened.
    pub(crate) scan: String,
}

/// A file as a message carries it.
pub(super) fn file_card(entry: &model::Entry) -> FileCard {
    FileCard {
        id: entry.id,
        name: entry.name.clone(),
        size: entry.size,
        media_type: entry.media_type.clone(),
        group: entry.family.word().to_owned(),
        width: entry.looks.width,
        height: entry.looks.height,
        duration_ms: entry.looks.duration_ms,
        has_thumbnail: entry.looks.has_thumbnail,
        scan: entry.looks.scan.word().to_owned(),
    }
}

/// A folder or a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DriveEntry)]
pub(super) struct Entry {
    id: EntryId,
    /// `folder` or `file`.
    kind: String,
    name: String,
    size: i64,
    media_type: String,
    /// `image`, `video`, `audio`, `pdf`, `text`, `code`, `archive`, `office` or `other`.
    group: String,
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    has_thumbnail: bool,
    /// How many versions there are; none of a folder.
    versions: i64,
    created_at: Time,
    changed_at: Time,
    created_by: Person,
    /// The folder it lies in; none at the top.
    #[schema(value_type = Option<String>)]
    folder_id: Option<Uuid>,
    /// None when it was sent with a message.
    space_id: Option<SpaceId>,
    /// `clean`, `waiting` or `infected`; only what is clean can be opened.
    scan: String,
    /// A link leads to it.
    shared: bool,
    /// When it was thrown away.
    binned_at: Option<Time>,
}

/// Entries, in the order they are given.
pub(super) async fn entries(desk: &Desk, organisation: OrganisationId, entries: &[model::Entry]) -> Result<Vec<Entry>> {
    let people = org::cards(desk, organisation, entries.iter().map(|entry| entry.created_by)).await?;
    Ok(entries.iter().map(|entry| shown(entry, &people)).collect())
}

/// One entry.
pub(super) async fn entry(desk: &Desk, entry: &model::Entry) -> Result<Entry> {
    let people = org::cards(desk, entry.organisation, [entry.created_by]).await?;
    Ok(shown(entry, &people))
}

fn shown(entry: &model::Entry, people: &BTreeMap<MemberId, PersonCard>) -> Entry {
    let (space_id, folder_id) = match entry.place {
        Place::Kept { space, parent } => (Some(space), (parent != space.uuid()).then_some(parent)),
        Place::Sent { .. } => (None, None),
    };
    Entry {
        id: entry.id,
        kind: entry.kind.word().to_owned(),
        name: entry.name.clone(),
        size: entry.size,
        media_type: entry.media_type.clone(),
        group: entry.family.word().to_owned(),
        width: entry.looks.width,
        height: entry.looks.height,
        duration_ms: entry.looks.duration_ms,
        has_thumbnail: entry.looks.has_thumbnail,
        versions: entry.versions,
        created_at: entry.created_at,
        changed_at: entry.changed_at,
        created_by: person(people, entry.created_by),
        folder_id,
        space_id,
        scan: entry.looks.scan.word().to_owned(),
        shared: entry.is_shared,
        binned_at: entry.binned_at,
    }
}

/// A folder on the way to where one is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DriveFolder)]
pub(super) struct Folder {
    id: EntryId,
    name: String,
}

/// The folders above an entry, the outermost first.
pub(super) async fn path(desk: &Desk, space: SpaceId, folder: Uuid) -> Result<Vec<Folder>> {
    let path = store::entries::path(&desk.db, space, folder).await?;
    Ok(path.into_iter().map(|(id, name)| Folder { id, name }).collect())
}

/// One entry, with the folders it lies in.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveEntryInPlace)]
pub(super) struct EntryInPlace {
    #[serde(flatten)]
    pub(super) entry: Entry,
    /// The outermost first.
    pub(super) path: Vec<Folder>,
}

/// What lies in a folder.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveEntries)]
pub(super) struct Entries {
    pub(super) entries: Vec<Entry>,
    /// The folders on the way here, the outermost first.
    pub(super) path: Vec<Folder>,
    /// Where the next page begins.
    pub(super) next: Option<String>,
}

/// What a file was.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveVersion)]
pub(super) struct Version {
    number: i64,
    size: i64,
    at: Time,
    by: Person,
}

/// The versions of a file, the latest first.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveVersions)]
pub(super) struct Versions {
    versions: Vec<Version>,
}

/// Versions.
pub(super) async fn versions(desk: &Desk, viewer: &Viewer, versions: &[model::Version]) -> Result<Versions> {
    let people = org::cards(desk, viewer.organisation, versions.iter().map(|version| version.created_by)).await?;
    let shown = |version: &model::Version| Version {
        number: version.number,
        size: version.size,
        at: version.created_at,
        by: person(&people, version.created_by),
    };
    Ok(Versions { versions: versions.iter().map(shown).collect() })
}

/// Where files are kept.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveSpace)]
pub(super) struct Space {
    id: SpaceId,
    /// `personal` or `conversation`.
    kind: String,
    /// Empty when it is one's own.
    title: String,
    #[schema(value_type = Option<String>)]
    conversation_id: Option<Uuid>,
    can_write: bool,
    used_bytes: i64,
    /// Nothing when there is no bound.
    quota_bytes: i64,
}

/// The spaces of the viewer.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveSpaces)]
pub(super) struct Spaces {
    /// One's own first.
    pub(super) spaces: Vec<Space>,
    /// What counts against the viewer.
    pub(super) used_bytes: i64,
    /// Nothing when there is no bound.
    pub(super) quota_bytes: i64,
}

/// One space.
pub(super) async fn space(desk: &Desk, seen: &SeenSpace) -> Result<Space> {
    let settings = settings::of(From::Db(&desk.db), seen.space.organisation).await?;
    let is_own = seen.space.owner_kind == OF_MEMBER;
    Ok(Space {
        id: seen.space.id,
        kind: if is_own { "personal" } else { "conversation" }.to_owned(),
        title: seen.title.clone(),
        conversation_id: (seen.space.owner_kind == CONVERSATION).then_some(seen.space.owner),
        can_write: seen.can_write,
        used_bytes: settings::used(From::Db(&desk.db), seen.space.id.uuid()).await?,
        quota_bytes: if is_own { settings.member_quota_bytes } else { settings.organisation_quota_bytes },
    })
}

/// A link as those see it who may end it.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveLink)]
pub(super) struct LinkView {
    id: LinkId,
    /// Told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    has_password: bool,
    download: bool,
    expires_at: Option<Time>,
    visits: i64,
    created_by: Person,
    created_at: Time,
}

/// Links to an entry.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveLinks)]
pub(super) struct Links {
    pub(super) links: Vec<LinkView>,
}

/// Links, the one that was just made with its secret.
pub(super) async fn links(desk: &Desk, viewer: &Viewer, links: &[Link], made: Option<(&str, &str)>) -> Result<Vec<LinkView>> {
    let people = org::cards(desk, viewer.organisation, links.iter().map(|link| link.created_by)).await?;
    let view = |link: &Link| LinkView {
        id: link.id,
        url: made.map(|(base, token)| format!("{base}/s/{token}")),
        token: made.map(|(_, token)| token.to_owned()),
        has_password: link.password_hash.is_some(),
        download: link.can_download,
        expires_at: link.expires_at,
        visits: link.visits,
        created_by: person(&people, link.created_by),
        created_at: link.created_at,
    };
    Ok(links.iter().map(view).collect())
}

/// An entry as somebody without an account sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveSharedEntry)]
pub(super) struct SharedEntry {
    id: EntryId,
    name: String,
    /// `folder` or `file`.
    kind: String,
    size: i64,
    media_type: String,
    /// `image`, `video`, `audio`, `pdf`, `text`, `code`, `archive`, `office` or `other`.
    group: String,
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    has_thumbnail: bool,
    #[schema(value_type = Option<String>)]
    folder_id: Option<Uuid>,
    scan: String,
}

/// What a link leads to.
pub(super) fn shared_entry(entry: &model::Entry) -> SharedEntry {
    let folder_id = match entry.place {
        Place::Kept { space, parent } => (parent != space.uuid()).then_some(parent),
        Place::Sent { .. } => None,
    };
    SharedEntry {
        id: entry.id,
        name: entry.name.clone(),
        kind: entry.kind.word().to_owned(),
        size: entry.size,
        media_type: entry.media_type.clone(),
        group: entry.family.word().to_owned(),
        width: entry.looks.width,
        height: entry.looks.height,
        duration_ms: entry.looks.duration_ms,
        has_thumbnail: entry.looks.has_thumbnail,
        folder_id,
        scan: entry.looks.scan.word().to_owned(),
    }
}

/// Whoever shares something.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveSharer)]
pub(super) struct Sharer {
    pub(super) name: String,
}

/// What a link shows.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveShared)]
pub(super) struct Shared {
    pub(super) entry: SharedEntry,
    /// What lies in a shared folder, at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) children: Option<Vec<SharedEntry>>,
    pub(super) by: Sharer,
    pub(super) expires_at: Option<Time>,
    pub(super) download: bool,
    /// Opens the bytes for a while.
    pub(super) ticket: String,
}

/// What an organisation has decided about its files.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveSettings)]
pub(super) struct Settings {
    /// Nothing means no bound.
    member_quota_bytes: i64,
    /// Nothing means no bound.
    organisation_quota_bytes: i64,
    /// How long files in conversations are kept; nothing means for ever.
    retention_days: i64,
    bin_days: i64,
    versions_kept: i64,
    links_allowed: bool,
}

impl std::convert::From<model::Settings> for Settings {
    fn from(settings: model::Settings) -> Self {
        let model::Settings { member_quota_bytes, organisation_quota_bytes, retention_days, bin_days, versions_kept, links_allowed } =
            settings;
        Self { member_quota_bytes, organisation_quota_bytes, retention_days, bin_days, versions_kept, links_allowed }
    }
}

impl std::convert::From<Settings> for model::Settings {
    fn from(settings: Settings) -> Self {
        let Settings { member_quota_bytes, organisation_quota_bytes, retention_days, bin_days, versions_kept, links_allowed } = settings;
        Self { member_quota_bytes, organisation_quota_bytes, retention_days, bin_days, versions_kept, links_allowed }
    }
}
