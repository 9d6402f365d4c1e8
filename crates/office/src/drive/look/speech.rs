//! Speech as telephones record it, in AMR, which no browser plays: its length is read here, and `ffmpeg`, where it is
//! installed, makes a sound of it that every browser plays.

use axum::body::Bytes;
use kernel::program::{Ran, run};
use kernel::{Error, Result};

use super::super::FILM_SECONDS;
use super::super::acts::bringing::keep_bytes;
use crate::desk::Desk;

const NARROW: &[u8] = b"#!AMR\n";
const WIDE: &[u8] = b"#!AMR-WB\n";
/// Milliseconds of one frame.
const FRAME_MS: i64 = 20;
/// Bytes behind the first one of a frame, by its mode; modes that are not there are no AMR.
const NARROW_BYTES: [Option<usize>; 16] =
    [Some(12), Some(13), Some(15), Some(17), Some(19), Some(20), Some(26), Some(31), Some(5), None, None, None, None, None, None, Some(0)];
const WIDE_BYTES: [Option<usize>; 16] = [
    Some(17),
    Some(23),
    Some(32),
    Some(36),
    Some(40),
    Some(46),
    Some(50),
    Some(58),
    Some(60),
    Some(5),
    None,
    None,
    None,
    None,
    Some(0),
    Some(0),
];
/// Bytes of the sound that is made at most.
const SOUND_BYTES_MAX: u64 = 16_777_216;
/// How many bars show how loud it is.
const BARS: usize = 60;

/// Somebody's voice that browsers play.
#[derive(Clone, Debug)]
pub(crate) struct Speech {
    /// A WAV file.
    pub(crate) bytes: Bytes,
    pub(crate) duration_ms: i64,
    /// How loud it is, from 0 to 255.
    pub(crate) waveform: Vec<i64>,
}

/// How long a recording lasts; nothing when it is no AMR.
pub(crate) fn amr_ms(bytes: &[u8]) -> Option<i64> {
    let (mut rest, sizes) = match (bytes.strip_prefix(WIDE), bytes.strip_prefix(NARROW)) {
        (Some(rest), _) => (rest, &WIDE_BYTES),
        (None, Some(rest)) => (rest, &NARROW_BYTES),
        (None, None) => return None,
    };
    let mut frames = 0;
    while let Some((first, behind)) = rest.split_first() {
        let size = (*sizes.get(usize::from(first >> 3 & 0x0f))?)?;
        // The last frame may have been cut off.
        let Some(next) = behind.get(size..) else { break };
        (rest, frames) = (next, frames + 1);
    }
    (frames > 0).then_some(frames * FRAME_MS)
}

/// What browsers play of a recording in AMR; nothing where `ffmpeg` is missing or can make nothing of it.
pub(crate) async fn speech(desk: &Desk, amr: Bytes) -> Result<Option<Speech>> {
    let (rate, size) = (if amr.starts_with(WIDE) { 16_000_u32 } else { 8_000 }, i64::try_from(amr.len()).unwrap_or(i64::MAX));
    let hash = keep_bytes(desk, amr, size).await?;
    let (path, rate_word) = (desk.drive.blobs.place_of(&hash).display().to_string(), rate.to_string());
    let from = ["-nostdin", "-threads", "1", "-v", "error", "-protocol_whitelist", "file", "-f", "amr", "-i", &path];
    let to = ["-ac", "1", "-ar", &rate_word, "-f", "s16le", "pipe:1"];
    let ran = run("ffmpeg", &[&from[..], &to].concat(), SOUND_BYTES_MAX, desk.limits.seconds(&FILM_SECONDS)).await?;
    let Ran::Ended { code: Some(0), output } = ran else { return Ok(None) };
    if output.is_empty() {
        return Ok(None);
    }
    let made = tokio::task::spawn_blocking(move || of_samples(&output, rate)).await;
    made.map(Some).map_err(|e| Error::internal("making a sound", e))
}

fn of_samples(samples: &[u8], rate: u32) -> Speech {
    let bytes = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let mut wav = Vec::with_capacity(samples.len() + 44);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&bytes.saturating_add(36).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    // Sixteen bytes of header: plain samples, one channel.
    wav.extend_from_slice(&[16, 0, 0, 0, 1, 0, 1, 0]);
    wav.extend_from_slice(&rate.to_le_bytes());
    wav.extend_from_slice(&rate.saturating_mul(2).to_le_bytes());
    wav.extend_from_slice(&[2, 0, 16, 0]);
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&bytes.to_le_bytes());
    wav.extend_from_slice(samples);
    let duration_ms = i64::from(bytes / 2) * 1_000 / i64::from(rate.max(1));
    Speech { bytes: wav.into(), duration_ms: duration_ms.max(1), waveform: waveform(samples) }
}

/// The loudest sample of each of some equal parts.
fn waveform(samples: &[u8]) -> Vec<i64> {
    let part = (samples.len() / 2).div_ceil(BARS).max(1) * 2;
    let loud = |pair: &[u8]| match *pair {
        [low, high] => i64::from(i16::from_le_bytes([low, high]).unsigned_abs()),
        _ => 0,
    };
    samples.chunks(part).map(|part| part.chunks(2).map(loud).max().unwrap_or(0) * 255 / 32_768).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amr_is_as_long_as_its_frames() {
        let frames = |head: &[u8], mode: u8, size: usize, count: usize| {
            let frame = [vec![mode << 3 | 4], vec![0; size]].concat();
            [head.to_vec(), frame.repeat(count)].concat()
        };
        assert_eq!(amr_ms(&frames(NARROW, 7, 31, 50)), Some(1_000));
        assert_eq!(amr_ms(&frames(WIDE, 8, 60, 5)), Some(100));
        let mut cut = frames(NARROW, 0, 12, 3);
        cut.pop();
        assert_eq!(amr_ms(&cut), Some(40), "what was cut off is not heard");
        for no_amr in [&b""[..], b"#!AMR\n", b"ID3", b"#!AMR\n\x4c\x00\x00"] {
            assert_eq!(amr_ms(no_amr), None, "{no_amr:?}");
        }
    }

    #[test]
    fn a_sound_knows_its_length_and_how_loud_it_is() {
        let samples: Vec<u8> = (0..8_000_i16).flat_map(|at| (if at < 4_000 { 0 } else { i16::MAX }).to_le_bytes()).collect();
        let made = of_samples(&samples, 8_000);
        assert_eq!((made.duration_ms, made.bytes.len(), made.waveform.len()), (1_000, 16_044, 60));
        assert_eq!((made.waveform.first(), made.waveform.last()), (Some(&0), Some(&254)));
    }
}
