//! Payloads made by hand, a subscriber's view of rewritten streams, and bytes that nobody sane would send.

use proptest::prelude::*;

use super::*;

#[test]
fn a_vp8_key_frame_is_recognised_with_its_size() {
    let mut payload = vec![0x90, 0xF0, 0x81, 0x02, 7, 0x65];
    let descriptor_bytes = payload.len();
    payload.extend([0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0xE0, 0x81]);
    let descriptor = vp8::Descriptor::parse(&payload).unwrap();
    assert_eq!(descriptor.length, descriptor_bytes);
    assert_eq!((descriptor.picture_id(), descriptor.tl0_index()), (Some(0x102), Some(7)));
    assert_eq!((descriptor.temporal_layer, descriptor.is_layer_sync), (Some(1), true));
    assert_eq!(descriptor.key_frame(&payload), Some(KeyFrame { size: Some((640, 480)) }));
    payload[descriptor_bytes] |= 1;
    assert_eq!(descriptor.key_frame(&payload), None);
}

#[test]
fn h264_key_frames_are_found_in_every_packing() {
    // 1280×720, constrained baseline 3.1.
    let sps = [0x67, 0x42, 0xC0, 0x1F, 0xDA, 0x01, 0x40, 0x16, 0xE8, 0x06, 0xD0, 0xA1, 0x35];
    let size = KeyFrame { size: Some((1_280, 720)) };
    let bare = Some(KeyFrame { size: None });
    assert_eq!(h264::key_frame(&sps), Some(size));
    let mut stap = vec![0x78, 0, 13];
    stap.extend(sps);
    stap.extend([0, 2, 0x68, 0xCE]);
    assert_eq!(h264::key_frame(&stap), Some(size));
    assert_eq!(h264::key_frame(&[0x7C, 0x85, 0x88]), bare);
    assert_eq!(h264::key_frame(&[0x7C, 0x05, 0x88]), None);
    assert_eq!(h264::key_frame(&[0x65, 0x88]), bare);
    assert_eq!(h264::key_frame(&[0x41, 0x9A]), None);
    assert_eq!(h264::key_frame(&[]), None);
}

#[test]
fn a_vp9_key_picture_is_recognised_with_its_size() {
    let payload = [0x8A | 0x20, 0x81, 0x02, 0x00, 9, 0x38, 1, 64, 0, 180, 2, 128, 1, 104, 1, 0x04, 1];
    let descriptor = vp9::Descriptor::parse(&payload).unwrap();
    assert_eq!(descriptor.length, payload.len());
    assert_eq!((descriptor.picture_id, descriptor.tl0_index), (Some(0x102), Some(9)));
    assert_eq!(descriptor.key_frame(), Some(KeyFrame { size: Some((640, 360)) }));
    let delta = vp9::Descriptor::parse(&[0xE8, 0x05, 0x52, 3]).unwrap();
    assert_eq!((delta.temporal_layer, delta.spatial_layer, delta.key_frame()), (2, 1, None));
}

#[test]
fn av1_layers_follow_the_templates() {
    assert!(av1::key_frame(&[0x18, 0x0A]).is_some());
    assert!(av1::key_frame(&[0x10, 0x0A]).is_none());
    // Structure: offset 60, two decode targets, three templates: S0T0, S0T1, S1T0.
    let bits = ["10000", "111100", "00001", "01", "10", "11"].concat() + "00";
    let mut extension = vec![0x80, 0x01, 0x02];
    extension.extend(bits.as_bytes().chunks(8).map(|bits| {
        let text = std::str::from_utf8(bits).unwrap();
        u8::from_str_radix(&format!("{text:0<8}"), 2).unwrap()
    }));
    let descriptor = av1::DependencyDescriptor::parse(&extension).unwrap();
    assert_eq!((descriptor.frame_number, descriptor.has_structure), (0x102, true));
    let templates = av1::Templates::parse(&extension).unwrap();
    assert_eq!(templates.layer(60), Some((0, 0)));
    assert_eq!(templates.layer(61), Some((0, 1)));
    assert_eq!(templates.layer(62), Some((1, 0)));
    assert_eq!(templates.layer(63), None);
    assert_eq!(templates.layer(0), None);
}

#[test]
fn red_carries_the_packets_before() {
    let mut buffer = [0; 1_500];
    let earlier = [(1_920, &b"first"[..]), (960, &b"other"[..])];
    let length = red::write(&mut buffer, 111, earlier.into_iter(), b"third").unwrap();
    assert_eq!(length, red::header_bytes(2) + 15);
    let payload = &buffer[..length];
    let blocks: Vec<_> = red::Blocks::parse(payload).unwrap().collect();
    let read: Vec<_> = blocks.iter().map(|block| (block.payload_type, block.timestamp_offset, block.blocks_after, block.payload)).collect();
    assert_eq!(read, [(111, 1_920, 2, &b"first"[..]), (111, 960, 1, b"other"), (111, 0, 0, b"third")]);
    assert!(blocks.iter().all(|block| payload[block.at..].starts_with(block.payload)));
    assert_eq!(red::Blocks::parse(payload).unwrap().primary().unwrap().payload, b"third");
    assert_eq!(red::write(&mut buffer[..length - 1], 111, earlier.into_iter(), b"third"), None);
    // After a long pause the past is of no use, and music is too long for it.
    assert!(red::is_repeatable(960, 60) && !red::is_repeatable(90_000, 60) && !red::is_repeatable(960, 1_000));
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        if let Some(descriptor) = vp8::Descriptor::parse(&bytes) {
            descriptor.key_frame(&bytes);
            descriptor.write(vp8::Numbers::default(), &mut bytes.clone());
        }
        if let Some(descriptor) = vp9::Descriptor::parse(&bytes) {
            prop_assert!(descriptor.length <= bytes.len());
        }
        h264::key_frame(&bytes);
        let mut sps = vec![0x67];
        sps.extend(&bytes);
        h264::key_frame(&sps);
        av1::key_frame(&bytes);
        av1::Templates::parse(&bytes);
        if let Some(blocks) = red::Blocks::parse(&bytes) {
            prop_assert!(blocks.count() <= red::BLOCKS_MAX);
        }
    }
}
