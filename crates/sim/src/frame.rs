//! Numbered frames: VP8 and Opus payloads that are valid on the outside and carry, instead of a picture or a
//! sound, who made them, which one they are and what they need. A forwarder sees ordinary media; a receiver can
//! say exactly what it saw.

/// The largest video payload of a packet, in bytes.
const PAYLOAD_BYTES_MAX: usize = 1_100;
/// Packets of one frame, at most.
const PACKETS_MAX: usize = 200;
const VIDEO_MAGIC: [u8; 4] = *b"HtV1";
const AUDIO_MAGIC: [u8; 4] = *b"HtA1";
const DESCRIPTOR_BYTES: usize = 6;
const KEY_HEADER_BYTES: usize = 10;
const DELTA_HEADER_BYTES: usize = 3;
const STAMP_BYTES: usize = 28;
const NOTHING: u32 = u32::MAX;

/// The VP8 payload descriptor (RFC 7741) as browsers write it for simulcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// First packet of the frame.
    pub(crate) start: bool,
    /// Fifteen bits.
    pub(crate) picture: u16,
    pub(crate) tl0: u8,
    pub(crate) temporal: u8,
    pub(crate) key_index: u8,
}

/// What every video packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VideoStamp {
    /// Whose camera.
    pub(crate) source: u32,
    pub(crate) layer: u8,
    pub(crate) key: bool,
    /// Which packet of the frame, and of how many.
    pub(crate) index: u8,
    pub(crate) total: u8,
    pub(crate) frame: u32,
    /// The frame of this layer that must have been decoded before; `None` for key frames.
    pub(crate) needs: Option<u32>,
    /// Since the epoch that all clients share.
    pub(crate) captured_us: u64,
}

/// What every audio packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AudioStamp {
    pub(crate) source: u32,
    pub(crate) number: u32,
    pub(crate) captured_us: u64,
}

/// A frame to be cut into packets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picture {
    pub(crate) descriptor: Descriptor,
    pub(crate) stamp: VideoStamp,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) bytes: usize,
}

/// The payloads of a frame's packets, in order.
pub(crate) fn packetize(picture: &Picture) -> Vec<Vec<u8>> {
    let total = picture.bytes.div_ceil(PAYLOAD_BYTES_MAX).clamp(1, PACKETS_MAX);
    let each = (picture.bytes / total).clamp(DESCRIPTOR_BYTES + KEY_HEADER_BYTES + STAMP_BYTES, PAYLOAD_BYTES_MAX);
    let packet = |index: usize| {
        let descriptor = Descriptor { start: index == 0, ..picture.descriptor };
        let stamp = VideoStamp { index: narrow(index), total: narrow(total), ..picture.stamp };
        let mut payload = Vec::with_capacity(each);
        write_descriptor(&descriptor, &mut payload);
        if index == 0 {
            write_frame_header(picture, &mut payload);
        }
        write_stamp(&stamp, &mut payload);
        payload.resize(payload.len().max(each), 0);
        payload
    };
    (0..total).map(packet).collect()
}

fn narrow(value: usize) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn write_descriptor(descriptor: &Descriptor, out: &mut Vec<u8>) {
    let [high, low] = (descriptor.picture & 0x7fff).to_be_bytes();
    let start = if descriptor.start { 0x10 } else { 0 };
    // Extended; with picture id, TL0PICIDX, and temporal id with key index.
    out.extend([0x80 | start, 0xf0, 0x80 | high, low, descriptor.tl0]);
    out.push((descriptor.temporal << 6) | (descriptor.key_index & 0x1f));
}

fn write_frame_header(picture: &Picture, out: &mut Vec<u8>) {
    const SHOWN: u8 = 0x10;
    if !picture.stamp.key {
        out.extend([SHOWN | 1, 0, 0]);
        return;
    }
    out.extend([SHOWN, 0, 0, 0x9d, 0x01, 0x2a]);
    out.extend(picture.width.to_le_bytes());
    out.extend(picture.height.to_le_bytes());
}

fn write_stamp(stamp: &VideoStamp, out: &mut Vec<u8>) {
    out.extend(VIDEO_MAGIC);
    out.extend(stamp.source.to_be_bytes());
    out.extend([stamp.layer, u8::from(stamp.key), stamp.index, stamp.total]);
    out.extend(stamp.frame.to_be_bytes());
    out.extend(stamp.needs.unwrap_or(NOTHING).to_be_bytes());
    out.extend(stamp.captured_us.to_be_bytes());
}

/// Reads a packet of [`packetize`], as a forwarder left it.
pub(crate) fn read_video(payload: &[u8]) -> Option<(Descriptor, VideoStamp)> {
    let (head, rest) = payload.split_at_checked(DESCRIPTOR_BYTES)?;
    let [first, 0xf0, high, low, tl0, last] = *head else { return None };
    let descriptor = Descriptor {
        start: first & 0x10 != 0,
        picture: u16::from_be_bytes([high & 0x7f, low]),
        tl0,
        temporal: last >> 6,
        key_index: last & 0x1f,
    };
    let delta = rest.first()? & 1 != 0;
    let header = if delta { DELTA_HEADER_BYTES } else { KEY_HEADER_BYTES };
    let stamp = if descriptor.start { rest.get(header..)? } else { rest };
    Some((descriptor, read_stamp(stamp)?))
}

fn read_stamp(bytes: &[u8]) -> Option<VideoStamp> {
    let (magic, bytes) = bytes.split_first_chunk::<4>()?;
    if *magic != VIDEO_MAGIC {
        return None;
    }
    let (source, bytes) = bytes.split_first_chunk::<4>()?;
    let (&[layer, key, index, total], bytes) = bytes.split_first_chunk::<4>()?;
    let (frame, bytes) = bytes.split_first_chunk::<4>()?;
    let (needs, bytes) = bytes.split_first_chunk::<4>()?;
    let (captured, _) = bytes.split_first_chunk::<8>()?;
    let needs = Some(u32::from_be_bytes(*needs)).filter(|needs| *needs != NOTHING);
    Some(VideoStamp {
        source: u32::from_be_bytes(*source),
        layer,
        key: key != 0,
        index,
        total,
        frame: u32::from_be_bytes(*frame),
        needs,
        captured_us: u64::from_be_bytes(*captured),
    })
}

/// An Opus packet of 20 ms with so many bytes, at least.
pub(crate) fn write_audio(stamp: &AudioStamp, bytes: usize) -> Vec<u8> {
    // Hybrid, full band, 20 ms, mono, one frame.
    let mut payload = vec![0x78];
    payload.extend(AUDIO_MAGIC);
    payload.extend(stamp.source.to_be_bytes());
    payload.extend(stamp.number.to_be_bytes());
    payload.extend(stamp.captured_us.to_be_bytes());
    payload.resize(payload.len().max(bytes), 0);
    payload
}

/// Reads a packet of [`write_audio`].
pub(crate) fn read_audio(payload: &[u8]) -> Option<AudioStamp> {
    let (_, bytes) = payload.split_first()?;
    let (magic, bytes) = bytes.split_first_chunk::<4>()?;
    if *magic != AUDIO_MAGIC {
        return None;
    }
    let (source, bytes) = bytes.split_first_chunk::<4>()?;
    let (number, bytes) = bytes.split_first_chunk::<4>()?;
    let (captured, _) = bytes.split_first_chunk::<8>()?;
    Some(AudioStamp {
        source: u32::from_be_bytes(*source),
        number: u32::from_be_bytes(*number),
        captured_us: u64::from_be_bytes(*captured),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_back_from_its_packets() {
        for (key, bytes) in [(true, 9_000), (false, 400), (false, 10)] {
            let descriptor = Descriptor { start: true, picture: 0x7ffe, tl0: 200, temporal: 1, key_index: 9 };
            let needs = (!key).then_some(41);
            let stamp = VideoStamp { source: 7, layer: 2, key, index: 0, total: 0, frame: 42, needs, captured_us: 123_456 };
            let picture = Picture { descriptor, stamp, width: 1280, height: 720, bytes };
            let packets = packetize(&picture);
            for (index, packet) in packets.iter().enumerate() {
                assert!(packet.len() <= PAYLOAD_BYTES_MAX);
                let (read, told) = read_video(packet).expect("ours");
                assert_eq!(read, Descriptor { start: index == 0, ..descriptor });
                assert_eq!(told, VideoStamp { index: narrow(index), total: narrow(packets.len()), ..stamp });
            }
        }
    }

    #[test]
    fn audio_is_read_back_and_video_is_not_audio() {
        let stamp = AudioStamp { source: 3, number: 77, captured_us: 5 };
        let payload = write_audio(&stamp, 60);
        assert_eq!(payload.len(), 60);
        assert_eq!(read_audio(&payload), Some(stamp));
        assert_eq!(read_video(&payload), None);
        assert_eq!(read_audio(&payload[..10]), None);
    }
}
