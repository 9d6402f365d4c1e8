//! Files: what members keep in spaces of their own and in those of their conversations, and what they send with messages.
//! This file is its face; everything else is private.
//!
//! Bytes are kept once, by their hash, and counted references say how long. A file arrives in parts, which lie in a folder
//! of their own until they are whole, so that no program that ends ends an upload. A space that belongs to something
//! (a conversation) is seen by whoever sees that; drive asks for its card and must never know what it is.

mod acts;
mod attached;
mod errors;
mod jobs;
mod look;
mod model;
mod names;
mod notices;
mod range;
mod routes;
mod rules;
mod seen;
mod store;
mod tus;
mod wire;

use std::time::Duration;

use kernel::blobs::Blobs;
use kernel::db::Migration;
use kernel::limit;
use kernel::parts::Parts;
use kernel::scan::Scanner;

use crate::OfficeParts;
use crate::features::Feature;
use crate::pace::Pace;
use crate::subjects::SubjectKind;

pub(crate) use acts::bringing::{bring, hand_out, put_down};
pub(crate) use attached::{attach, attached_with, cards, copy_for, for_sending, forget_attached, let_go, look_at};
pub(crate) use jobs::prepare;
pub(crate) use look::Looked;
pub(crate) use look::speech::{Speech, amr_ms, speech};
pub(crate) use wire::FileCard;

/// From how many addresses one link may be tried as often as from one.
const ADDRESSES: u64 = 50;
/// In how long tries of links come back.
const TRIES_BACK_WITHIN: Duration = Duration::from_secs(600);

limit!(FILE_BYTES_MAX: "drive.file_bytes", 21_474_836_480, "bytes", "How large one file may be.");
limit!(UPLOADS_MAX: "drive.uploads", 100, "uploads", "How many uploads one person may have under way.");
limit!(UPLOAD_HOURS: "drive.upload_hours", 24, "hours", "How long an upload is kept after its last byte came.");
limit!(UPLOAD_SILENCE_S: "drive.upload_silence_s", 60, "seconds", "How long a client may send nothing before it is hung up on.");
limit!(UNSENT_HOURS: "drive.unsent_hours", 24, "hours", "How long a file that was uploaded for a message waits to be sent.");
limit!(pub(crate) ATTACHED_MAX: "drive.attached", 20, "files", "How many files one message may have.");
limit!(TREE_MAX: "drive.tree", 5_000, "entries", "How many entries may be copied or moved to another space at once.");
limit!(LINKS_MAX: "drive.links", 20, "links", "How many links may lead to one entry.");
limit!(LINK_TRIES: "drive.link_tries", 20, "tries", "How many times one address may try links before it must wait; all of them come back within ten minutes.");
limit!(TICKET_HOURS: "drive.ticket_hours", 12, "hours", "How long whoever has passed a link’s password need not do so again.");
limit!(PICTURE_BYTES_MAX: "drive.picture_bytes", 67_108_864, "bytes", "How large the file of a picture may be to be shown small.");
limit!(PICTURE_PIXELS_MAX: "drive.picture_pixels", 100_000_000, "pixels", "How many pixels a picture may have to be shown small.");
limit!(FILM_SECONDS: "drive.film_s", 30, "seconds", "How long looking at a film may take.");
limit!(SCAN_SECONDS: "drive.scan_s", 120, "seconds", "How long the scanner may look at one file.");
limit!(IDLE_MINUTES: "drive.idle_minutes", 60, "minutes", "How long bytes that nothing refers to are kept.");

kernel::id! {
    /// Where files are kept.
    pub(crate) struct SpaceId;
}
kernel::id! {
    /// One folder or file.
    pub(crate) struct EntryId;
}
kernel::id! {
    /// One upload.
    pub(crate) struct UploadId;
}
kernel::id! {
    /// One link.
    pub(crate) struct LinkId;
}

/// The kind of subject that a file is.
pub(crate) const ENTRY: &str = "drive.entry";
/// The kind of subject that has a space when somebody opens it, and that files are sent to.
const CONVERSATION: &str = "chat.conversation";

pub(crate) const FEATURE: Feature = Feature {
    name: "drive",
    routes: routes::routes,
    migrations: &[
        Migration { capability: "drive", number: 1, text: include_str!("migrations/0001_drive.sql") },
        Migration { capability: "drive", number: 2, text: include_str!("migrations/0002_sounds.sql") },
    ],
    listens: |_, _| {},
    jobs: jobs::jobs,
    follows: None,
    notices: notices::KINDS,
    subjects: &[SubjectKind { name: ENTRY, subject: attached::subject, mine: None, shown: None }],
};

/// What files need at hand.
#[derive(Debug)]
pub(crate) struct Drive {
    /// Where bytes are kept by their hash; nobody else's lie here.
    blobs: Blobs,
    /// Smaller pictures, under the names of what they show.
    small: Blobs,
    large: Blobs,
    /// Where uploads grow.
    parts: Parts,
    scanner: Scanner,
    /// Who has tried which link.
    /// How often links are tried: from one address, and each from everywhere.
    tries_from: Pace<String>,
    tries_of: Pace<String>,
}

impl Drive {
    pub(crate) fn new(parts: &OfficeParts) -> Self {
        let shelf = |name| parts.blobs.shelf(name);
        let (max, from_everywhere) = (parts.limits.of(&LINK_TRIES).max(1), parts.limits.of(&LINK_TRIES).max(1).saturating_mul(ADDRESSES));
        let each = |tries| TRIES_BACK_WITHIN / u32::try_from(tries).unwrap_or(u32::MAX);
        Self {
            blobs: shelf("drive"),
            small: shelf("drive-small"),
            large: shelf("drive-large"),
            parts: parts.uploads.clone(),
            scanner: parts.config.scanner.clone(),
            tries_from: Pace::new(&parts.clock, max, each(max)),
            tries_of: Pace::new(&parts.clock, from_everywhere, each(from_everywhere)),
        }
    }
}
