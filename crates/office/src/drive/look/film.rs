//! Films and sounds: how long they last and how a film looks, told by `ffprobe` and `ffmpeg` where they are installed. Both
//! are told what sort of file it is, so that none can send them to read another one.

use std::path::Path;
use std::time::Duration;

use kernel::Result;
use kernel::program::{Ran, run};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

/// Bytes of a file that say what it is.
const HEAD_BYTES: usize = 64;
const PROBE_BYTES_MAX: u64 = 65_536;
const FRAME_BYTES_MAX: u64 = 33_554_432;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Film {
    pub(super) duration_ms: i64,
    /// One of its pictures, as PNG.
    pub(super) frame: Option<Vec<u8>>,
}

/// Nothing when it is no film or sound, or when nobody can tell.
pub(super) async fn look(file: &Path, within: Duration) -> Result<Option<Film>> {
    let Some(format) = format_of(&head(file).await) else { return Ok(None) };
    let path = file.display().to_string();
    let sure = ["-v", "error", "-protocol_whitelist", "file", "-f", format];
    let asked = ["-show_entries", "format=duration:stream=codec_type", "-of", "json", "-i", &path];
    let probed = run("ffprobe", &[&sure[..], &asked].concat(), PROBE_BYTES_MAX, within).await?;
    let Ran::Ended { code: Some(0), output } = probed else { return Ok(None) };
    let Some((duration_ms, has_pictures)) = read(&output) else { return Ok(None) };
    if !has_pictures {
        return Ok(Some(Film { duration_ms, frame: None }));
    }
    // The first pictures of a film are often black.
    let at = format!("{:.3}", f64::from(i32::try_from(duration_ms.min(20_000)).unwrap_or(0)) / 10_000.0);
    let wanted = ["-frames:v", "1", "-an", "-vf", "scale='min(1600,iw)':-2", "-c:v", "png", "-f", "image2pipe", "pipe:1"];
    let arguments = [&["-nostdin", "-threads", "1", "-ss", &at][..], &sure, &["-i", &path], &wanted].concat();
    let frame = match run("ffmpeg", &arguments, FRAME_BYTES_MAX, within).await? {
        Ran::Ended { code: Some(0), output } if !output.is_empty() => Some(output),
        Ran::Ended { .. } | Ran::TooSlow | Ran::Missing => None,
    };
    Ok(Some(Film { duration_ms, frame }))
}

async fn head(file: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    if let Ok(file) = tokio::fs::File::open(file).await {
        let _ = file.take(u64::try_from(HEAD_BYTES).unwrap_or(0)).read_to_end(&mut head).await;
    }
    head
}

/// The name by which `ffmpeg` knows the sort of file, by its first bytes.
fn format_of(head: &[u8]) -> Option<&'static str> {
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("mov"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("matroska"),
        [b'O', b'g', b'g', b'S', ..] => Some("ogg"),
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => Some("mp3"),
        [b'f', b'L', b'a', b'C', ..] => Some("flac"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("wav"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Some("avi"),
        _ => None,
    }
}

/// How long it lasts and whether there are pictures in it.
fn read(output: &[u8]) -> Option<(i64, bool)> {
    let told: Value = serde_json::from_slice(output).ok()?;
    let seconds: f64 = told["format"]["duration"].as_str().unwrap_or("0").parse().ok()?;
    let duration = Duration::try_from_secs_f64(seconds.max(0.0)).ok()?;
    let has_pictures = told["streams"].as_array().into_iter().flatten().any(|stream| stream["codec_type"] == "video");
    Some((i64::try_from(duration.as_millis()).ok()?, has_pictures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_sort() {
        assert_eq!(format_of(b"\0\0\0 ftypisom"), Some("mov"));
        assert_eq!(format_of(b"#EXTM3U\n#EXT-X-"), None, "a list of other files is no film");
        assert_eq!(format_of(b""), None);
    }

    #[test]
    fn what_a_probe_says_is_read() {
        let told = br#"{"streams":[{"codec_type":"audio"},{"codec_type":"video"}],"format":{"duration":"12.345000"}}"#;
        assert_eq!(read(told), Some((12_345, true)));
        assert_eq!(read(br#"{"streams":[],"format":{}}"#), Some((0, false)));
        assert_eq!(read(b"nonsense"), None);
        assert_eq!(read(br#"{"format":{"duration":"NaN"}}"#).map(|(ms, _)| ms), Some(0));
    }

    /// Only where `ffmpeg` is installed.
    #[tokio::test]
    async fn a_film_is_looked_at_and_a_list_of_other_files_is_not() {
        let within = Duration::from_secs(60);
        let place = std::env::temp_dir().join(format!("film_{}.mp4", std::process::id()));
        let path = place.display().to_string();
        let make = ["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=2:size=64x48:rate=10", "-y", &path];
        let made = run("ffmpeg", &make, 1, within).await.expect("it is run");
        if !matches!(made, Ran::Ended { code: Some(0), .. }) {
            return;
        }
        let film = look(&place, within).await.expect("it is looked at").expect("a film");
        assert_eq!(film.duration_ms, 2_000);
        let frame = image::load_from_memory(&film.frame.expect("a picture")).expect("a picture");
        assert_eq!((frame.width(), frame.height()), (64, 48));
        std::fs::write(&place, format!("#EXTM3U\n#EXTINF:2,\n{path}\n")).expect("a list");
        assert_eq!(look(&place, within).await.expect("it is looked at"), None);
        std::fs::remove_file(&place).expect("it goes");
    }
}
