//! Vectors of RFC 3711 and RFC 7714, and of an independent implementation where those start from session keys.

use proptest::prelude::*;

use super::cipher::Cipher;
use super::derive::{Purpose, SessionKeys};
use super::*;
use crate::rtp::{Elements, Fields, write_packet};

const PROFILES: [Profile; 3] = [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1];
const HEADER: &str = "8040f17b8041f8d35501a0b2";
const SALT: &str = "517569642070726f2071756f";
const SSRC: u32 = 0x5501_a0b2;

#[test]
fn keys_are_derived_as_rfc_3711_b3_shows() {
    let keys = SessionKeys::derive(
        Profile::AesCm128HmacSha1,
        &hex("e1f97a0d3e018be0d64fa32c06de4139"),
        &hex("0ec675ad498afeebb6960b3aabe6"),
        Purpose::Rtp,
    )
    .unwrap();
    assert_eq!(keys.key(), hex("c61e7a93744f39ee10734afe3ff7a087"));
    assert_eq!(keys.salt.to_vec(), hex("30cbbc08863d8c85d49db34a9ae1"));
    assert_eq!(keys.auth.to_vec(), hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
}

#[test]
fn gcm_seals_as_rfc_7714_16_1_shows() {
    let key: Vec<u8> = (0..32).collect();
    for (profile, bytes, sealed) in [
        (
            Profile::AeadAes128Gcm,
            16,
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            Profile::AeadAes256Gcm,
            32,
            "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ] {
        let keys = SessionKeys::from_parts(&key[..bytes], &hex(SALT), &[]);
        let cipher = Cipher::new(profile, &keys).unwrap();
        let mut packet = clear_packet();
        let length = packet.len();
        packet.resize(length + 16, 0);
        let sealed_bytes = cipher.seal_rtp(&mut packet, length, 12, SSRC, 0xf17b).unwrap();
        assert_eq!(packet[..sealed_bytes], hex(&format!("{HEADER}{sealed}")));
        assert_eq!(cipher.open_rtp(&mut packet, 12, SSRC, 0xf17b), Ok(length));
        assert_eq!(packet[..length], clear_packet());
    }
}

#[test]
fn gcm_seals_rtcp_as_rfc_7714_17_1_shows() {
    let key: Vec<u8> = (0..16).collect();
    let keys = SessionKeys::from_parts(&key, &hex(SALT), &[]);
    let cipher = Cipher::new(Profile::AeadAes128Gcm, &keys).unwrap();
    let clear = sender_report();
    let mut packet = clear.clone();
    packet.resize(clear.len() + 20, 0);
    let sealed = cipher.seal_rtcp(&mut packet, clear.len(), 0x4d61_7273, 0x5d4).unwrap();
    assert_eq!(
        packet[..sealed],
        hex(
            "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"
        )
    );
    assert_eq!(cipher.peek_rtcp(&packet), Ok((0x4d61_7273, 0x5d4)));
    assert_eq!(cipher.open_rtcp(&mut packet, 0x4d61_7273, 0x5d4), Ok(clear.len()));
    assert_eq!(packet[..clear.len()], clear);
}

#[test]
fn whole_packets_match_an_independent_implementation() {
    let master_256: Vec<u8> = (0..32).collect();
    for (profile, key, salt, sealed) in [
        (
            Profile::AesCm128HmacSha1,
            hex("e1f97a0d3e018be0d64fa32c06de4139"),
            hex("0ec675ad498afeebb6960b3aabe6"),
            "8040f17b8041f8d35501a0b246be74509aaa5ce4310b26d95e135249979cd7bc38109ee071f7bf3aa8495d6dd41778d02641cbe126523e4fe97e1d91",
        ),
        (
            Profile::AeadAes256Gcm,
            master_256,
            hex(SALT),
            "8040f17b8041f8d35501a0b2df5b1e1f065082d0567f12496f9de28ac7f237738c1577d4f1a9f1b89420cd94a57fec994be3e31c8ef3a25e1890b801251d3e1293c7",
        ),
    ] {
        let mut sealer = Sealer::new(profile, &key, &salt).unwrap();
        let stream = sealer.stream(SSRC).unwrap();
        let mut packet = clear_packet();
        let length = packet.len();
        packet.resize(length + OVERHEAD_MAX, 0);
        let end = sealer.seal_rtp(stream, &mut packet, length).unwrap();
        assert_eq!(packet[..end], hex(sealed));
    }
}

#[test]
fn counter_mode_rtcp_matches_an_independent_implementation() {
    let key = hex("e1f97a0d3e018be0d64fa32c06de4139");
    let salt = hex("0ec675ad498afeebb6960b3aabe6");
    let mut sealer = Sealer::new(Profile::AesCm128HmacSha1, &key, &salt).unwrap();
    let mut packet = sender_report();
    let length = packet.len();
    packet.resize(length + OVERHEAD_MAX, 0);
    let end = sealer.seal_rtcp(&mut packet, length).unwrap();
    assert_eq!(
        packet[..end],
        hex(
            "81c8000d4d617273f2bb7b81f9b988034c297110352c53781268f3d76040350f49086b0a2297239aeebaf47f1a17638ae7a25bc880000001432cfe93cba0c4783d44"
        )
    );
}

#[test]
fn an_index_is_never_sealed_twice() {
    for profile in PROFILES {
        let (mut sealer, _) = pair(profile);
        let stream = sealer.stream(7).unwrap();
        let mut first = rtp(7, 65_535, b"one");
        let length = first.len() - OVERHEAD_MAX;
        sealer.seal_rtp(stream, &mut first, length).unwrap();
        let mut again = rtp(7, 65_535, b"two");
        assert_eq!(sealer.seal_rtp(stream, &mut again, length), Err(SrtpError::IndexReused));
        let mut wrapped = rtp(7, 0, b"six");
        sealer.seal_rtp(stream, &mut wrapped, length).unwrap();
        assert_eq!(sealer.stream(7), Ok(stream));
        for sequence in 1..300 {
            sealer.seal_rtp(stream, &mut rtp(7, sequence, b"on."), length).unwrap();
        }
        assert_eq!(sealer.seal_rtp(stream, &mut rtp(7, 3, b"old"), length), Err(SrtpError::IndexReused));
        let mut foreign = rtp(8, 1, b"who");
        assert_eq!(sealer.seal_rtp(stream, &mut foreign, length), Err(SrtpError::Misuse));
    }
}

#[test]
fn replays_and_forgeries_are_refused() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = pair(profile);
        let stream = sealer.stream(7).unwrap();
        let mut packet = rtp(7, 1, b"hello");
        let length = packet.len() - OVERHEAD_MAX;
        let end = sealer.seal_rtp(stream, &mut packet, length).unwrap();
        packet.truncate(end);

        let mut forged = packet.clone();
        forged[13] ^= 1;
        assert_eq!(opener.open_rtp(&mut forged), Err(SrtpError::NotAuthentic));
        let opened = opener.open_rtp(&mut packet.clone()).unwrap();
        assert_eq!((opened.length, opened.index), (length, 1));
        assert_eq!(opener.open_rtp(&mut packet), Err(SrtpError::Replayed));

        let mut report = sender_report();
        let length = report.len();
        report.resize(length + OVERHEAD_MAX, 0);
        let end = sealer.seal_rtcp(&mut report, length).unwrap();
        report.truncate(end);
        assert_eq!(opener.open_rtcp(&mut report.clone()), Ok(length));
        assert_eq!(opener.open_rtcp(&mut report), Err(SrtpError::Replayed));
    }
}

#[test]
fn strangers_leave_no_state() {
    let (_, mut opener) = pair(Profile::AeadAes128Gcm);
    for ssrc in 0..5_000 {
        let mut packet = rtp(ssrc, 1, b"forged by somebody");
        assert_eq!(opener.open_rtp(&mut packet), Err(SrtpError::NotAuthentic));
    }
    assert!(format!("{opener:?}").contains("streams: 0"));
}

#[test]
fn rollover_is_followed_on_both_sides() {
    let (mut sealer, mut opener) = pair(Profile::AeadAes128Gcm);
    let stream = sealer.stream(7).unwrap();
    for number in 65_000u64..200_000 {
        let mut packet = rtp(7, crate::low16(number), b"x");
        let length = packet.len() - OVERHEAD_MAX;
        let end = sealer.seal_rtp(stream, &mut packet, length).unwrap();
        // Loss on the way, up to a third of all packets.
        if number % 3 == 1 && number % 65_536 > 10 {
            continue;
        }
        let opened = opener.open_rtp(&mut packet[..end]).unwrap();
        assert_eq!(opened.index, number);
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens(payload in proptest::collection::vec(any::<u8>(), 0..1_200), sequence: u16, choice in 0usize..3) {
        let (mut sealer, mut opener) = pair(PROFILES[choice]);
        let stream = sealer.stream(9).unwrap();
        let mut packet = rtp(9, sequence, &payload);
        let length = packet.len() - OVERHEAD_MAX;
        let clear = packet[..length].to_vec();
        let end = sealer.seal_rtp(stream, &mut packet, length).unwrap();
        prop_assert_eq!(end, length + PROFILES[choice].rtp_overhead());
        let opened = opener.open_rtp(&mut packet[..end]).unwrap();
        prop_assert_eq!(&packet[..opened.length], &clear[..]);
    }

    #[test]
    fn anything_is_refused_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), choice in 0usize..3) {
        let (_, mut opener) = pair(PROFILES[choice]);
        prop_assert!(opener.open_rtp(&mut bytes.clone()).is_err());
        prop_assert!(opener.open_rtcp(&mut bytes).is_err());
    }
}

fn pair(profile: Profile) -> (Sealer, Opener) {
    let key = vec![3; profile.key_bytes()];
    let salt = vec![5; profile.salt_bytes()];
    (Sealer::new(profile, &key, &salt).unwrap(), Opener::new(profile, &key, &salt).unwrap())
}

fn rtp(ssrc: u32, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 2_000];
    let fields = Fields { sequence, ssrc, ..Fields::default() };
    let length = write_packet(&mut packet, &fields, &Elements::new(), payload).unwrap();
    packet.truncate(length + OVERHEAD_MAX);
    packet
}

fn clear_packet() -> Vec<u8> {
    let mut packet = hex(HEADER);
    packet.extend_from_slice(b"Gallia est omnis divisa in partes tres");
    packet
}

fn sender_report() -> Vec<u8> {
    hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef")
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
