//! Looking at bytes: whether they are harmful, how large a picture is and how it looks small, how long a film lasts. What
//! was found belongs to the bytes, so it is found once however many files have them.

mod film;
mod picture;
pub(super) mod speech;

use std::time::Duration;

use kernel::Result;
use kernel::bus::Event;
use kernel::scan::Verdict;
use serde::{Deserialize, Serialize};

use super::model::{Family, Looks, Scan};
use super::{FILM_SECONDS, PICTURE_BYTES_MAX, SCAN_SECONDS, notices, store};
use crate::desk::Desk;

/// Bytes were looked at.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Looked {
    pub(crate) hash: String,
}

impl Event for Looked {
    const NAME: &'static str = "drive.looked";
}

/// What was found besides harm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    has_thumbnail: bool,
}

/// Looks at bytes as soon as they are there, as far as that is quick: pictures, and what there is nothing to see of.
pub(super) async fn at_once(desk: &Desk, hash: &str, family: Family) -> Result<()> {
    if store::blobs::looks(&desk.db, hash).await?.is_none_or(|(_, is_looked_at)| is_looked_at) {
        return Ok(());
    }
    let found = match family {
        Family::Video | Family::Audio => return Ok(()),
        Family::Image => picture(desk, hash).await?,
        Family::Pdf | Family::Text | Family::Code | Family::Archive | Family::Office | Family::Other => Found::default(),
    };
    write(desk, hash, found, Scan::Clean).await
}

/// Looks at bytes thoroughly. Doing it twice finds the same.
pub(super) async fn thoroughly(desk: &Desk, hash: &str) -> Result<()> {
    let Some((_, false)) = store::blobs::looks(&desk.db, hash).await? else { return Ok(()) };
    let bringers = store::entries::bringers(&desk.db, hash).await?;
    let place = desk.drive.blobs.place_of(hash);
    if desk.drive.scanner.scan(&place, desk.limits.seconds(&SCAN_SECONDS)).await? == Verdict::Infected {
        write(desk, hash, Found::default(), Scan::Infected).await?;
        return notices::infected(desk, &bringers).await;
    }
    let (_, family) = bringers.first().map_or(("", Family::Other), |(.., name)| super::names::kind_of(name, ""));
    let found = match family {
        Family::Image => picture(desk, hash).await?,
        Family::Pdf | Family::Text | Family::Code | Family::Archive | Family::Office => Found::default(),
        // What its name does not tell, its first bytes do.
        Family::Video | Family::Audio | Family::Other => film(desk, hash).await?,
    };
    write(desk, hash, found, Scan::Clean).await
}

async fn write(desk: &Desk, hash: &str, found: Found, scan: Scan) -> Result<()> {
    let Found { width, height, duration_ms, has_thumbnail } = found;
    let mut tx = desk.db.begin().await?;
    store::blobs::set_looks(&mut tx, hash, Looks { width, height, duration_ms, has_thumbnail, scan }, desk.now()).await?;
    desk.announce(&mut tx, &Looked { hash: hash.to_owned() }).await?;
    tx.commit().await
}

/// A picture that cannot be read is a file like any other.
async fn picture(desk: &Desk, hash: &str) -> Result<Found> {
    let size = desk.drive.blobs.size(hash).await?.unwrap_or(u64::MAX);
    if size > desk.limits.of(&PICTURE_BYTES_MAX) {
        return Ok(Found::default());
    }
    let Some(bytes) = desk.drive.blobs.read(hash).await? else { return Ok(Found::default()) };
    shrink(desk, hash, bytes, None).await
}

async fn film(desk: &Desk, hash: &str) -> Result<Found> {
    let within: Duration = desk.limits.seconds(&FILM_SECONDS);
    let Some(film) = film::look(&desk.drive.blobs.place_of(hash), within).await? else { return Ok(Found::default()) };
    let duration_ms = Some(film.duration_ms);
    match film.frame {
        Some(frame) => shrink(desk, hash, frame.into(), Some(duration_ms)).await,
        None => Ok(Found { duration_ms, ..Found::default() }),
    }
}

/// Keeps a picture in two sizes under the name of the bytes it was made from.
async fn shrink(desk: &Desk, hash: &str, bytes: axum::body::Bytes, duration_ms: Option<Option<i64>>) -> Result<Found> {
    let pixels_max = desk.limits.of(&super::PICTURE_PIXELS_MAX);
    let shrunk = tokio::task::spawn_blocking(move || picture::shrink(&bytes, pixels_max)).await;
    let shrunk = shrunk.map_err(|e| kernel::Error::internal("looking at a picture", e))?;
    let duration_ms = duration_ms.flatten();
    let Some(shrunk) = shrunk else { return Ok(Found { duration_ms, ..Found::default() }) };
    desk.drive.small.put_as(hash, shrunk.small.into()).await?;
    desk.drive.large.put_as(hash, shrunk.large.into()).await?;
    Ok(Found { width: Some(shrunk.width.into()), height: Some(shrunk.height.into()), duration_ms, has_thumbnail: true })
}
