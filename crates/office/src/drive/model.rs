//! The plain values of files. They neither serialise nor touch the database; `wire` and `store` convert.

use kernel::clock::Time;
use kernel::uuid::Uuid;

use super::{EntryId, SpaceId};
use crate::org::{MemberId, OrganisationId};
use crate::words::words;

/// The kind of owner whose spaces are one person's own.
pub(super) const OF_MEMBER: &str = "member";

/// Where files are kept.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) id: SpaceId,
    pub(super) organisation: OrganisationId,
    /// [`OF_MEMBER`], or a kind of subject.
    pub(super) owner_kind: String,
    pub(super) owner: Uuid,
}

impl Space {
    /// Whose own it is, if it is somebody's.
    pub(super) fn is_own_of(&self, member: MemberId) -> bool {
        self.owner_kind == OF_MEMBER && self.owner == member.uuid()
    }
}

/// A space as somebody sees it who may.
#[derive(Clone, Debug)]
pub(super) struct SeenSpace {
    pub(super) space: Space,
    pub(super) title: String,
    pub(super) can_write: bool,
    pub(super) can_manage: bool,
    /// Some of those who belong to what it belongs to.
    pub(super) people: Vec<MemberId>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Folder,
    File,
}

/// What sort of file it is, for icons, filters and how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Image,
    Video,
    Audio,
    Pdf,
    Text,
    Code,
    Archive,
    Office,
    Other,
}

/// What a scanner has found in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    Clean,
    /// Not looked at yet.
    Waiting,
    Infected,
}

words!(EntryKind { Folder = "folder", File = "file" });
words!(Family {
    Image = "image", Video = "video", Audio = "audio", Pdf = "pdf", Text = "text", Code = "code", Archive = "archive",
    Office = "office", Other = "other",
});
words!(Scan { Clean = "clean", Waiting = "waiting", Infected = "infected" });

/// Where an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a space; at its top the parent is the space itself.
    Kept { space: SpaceId, parent: Uuid },
    /// Sent somewhere: to a subject, and once it is attached, with another.
    Sent { to: (String, Uuid), attached: Option<(String, Uuid)> },
}

/// A folder or a file, with what is known of its bytes.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: EntryId,
    pub(super) organisation: OrganisationId,
    pub(super) place: Place,
    pub(super) kind: EntryKind,
    pub(super) name: String,
    pub(super) family: Family,
    pub(super) media_type: String,
    pub(super) size: i64,
    /// The bytes; a folder has none.
    pub(super) hash: Option<String>,
    /// The number of the version that is shown.
    pub(super) version: i64,
    pub(super) versions: i64,
    pub(super) created_by: MemberId,
    pub(super) created_at: Time,
    pub(super) changed_at: Time,
    pub(super) binned_at: Option<Time>,
    pub(super) binned_with: Option<EntryId>,
    pub(super) looks: Looks,
    /// Whether a link leads to it.
    pub(super) is_shared: bool,
}

/// What was found by looking at bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) width: Option<i64>,
    pub(super) height: Option<i64>,
    pub(super) duration_ms: Option<i64>,
    pub(super) has_thumbnail: bool,
    pub(super) scan: Scan,
}

/// What a file was.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Version {
    pub(super) number: i64,
    pub(super) hash: String,
    pub(super) size: i64,
    pub(super) created_by: MemberId,
    pub(super) created_at: Time,
    pub(super) charged_to: MemberId,
}

/// What an organisation has decided about its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Settings {
    /// Nothing means as much as there is room for.
    pub(super) member_quota_bytes: i64,
    pub(super) organisation_quota_bytes: i64,
    /// How long files in conversations are kept; nothing means for ever.
    pub(super) retention_days: i64,
    pub(super) bin_days: i64,
    pub(super) versions_kept: i64,
    pub(super) links_allowed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            member_quota_bytes: 100 << 30,
            organisation_quota_bytes: 0,
            retention_days: 0,
            bin_days: 30,
            versions_kept: 20,
            links_allowed: true,
        }
    }
}
