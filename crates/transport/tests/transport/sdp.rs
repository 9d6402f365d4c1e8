//! Offers as browsers write them, and the answers to them.

use transport::sdp::{AnswerPlan, Direction, Kind, MediaPlan, Msid, Offer, PlanError, SdpError, Section, SectionPlan, SourcePlan};
use transport::{Fingerprint, HashFunction, IceCredentials, LocalCandidate, Protocol, Setup};

const PUBLISHING: &str = include_str!("../offers/chromium_publishing.sdp");
const STOPPED: &str = include_str!("../offers/chromium_stopped.sdp");
const FIREFOX: &str = include_str!("../offers/firefox.sdp");
const NATIVE: &str = include_str!("../offers/libwebrtc_native.sdp");

fn read(text: &str) -> Offer {
    Offer::parse(text).expect("a good offer")
}

/// What the first answer of a call says: publications are taken, nothing is sent yet.
pub(crate) fn plan(offer: &Offer) -> AnswerPlan {
    let answer = |section: &Section| match section.kind {
        _ if section.stopped => SectionPlan::Reject,
        Kind::Application => SectionPlan::Application { sctp_port: 5000 },
        Kind::Audio | Kind::Video => SectionPlan::Media(receiving(section)),
        Kind::Other => SectionPlan::Reject,
    };
    AnswerPlan {
        session_id: 7,
        session_version: 1,
        credentials: IceCredentials { ufrag: "ours".to_owned(), password: "ourpasswordourpasswordour".to_owned() },
        ice_lite: true,
        fingerprint: Fingerprint::of(HashFunction::Sha256, b"ours"),
        setup: Setup::Passive,
        candidates: vec![
            LocalCandidate { addr: "192.0.2.1:7882".parse().unwrap(), protocol: Protocol::Udp },
            LocalCandidate { addr: "192.0.2.1:7881".parse().unwrap(), protocol: Protocol::Tcp },
        ],
        sections: offer.sections.iter().map(answer).collect(),
    }
}

fn receiving(section: &Section) -> MediaPlan {
    let mut plan = MediaPlan::inactive(section);
    plan.codecs.truncate(2);
    if section.direction.sends() {
        plan.direction = Direction::RecvOnly;
        plan.simulcast_recv = section.simulcast.clone().unwrap_or_default().send;
    }
    plan
}

fn media(plan: &mut AnswerPlan, index: usize) -> &mut MediaPlan {
    match &mut plan.sections[index] {
        SectionPlan::Media(media) => media,
        other => panic!("{other:?} is no media"),
    }
}

/// Fills a slot: the section sends this track from now on.
fn assign(plan: &mut AnswerPlan, index: usize, track: &str, ssrc: u32) {
    let slot = media(plan, index);
    slot.direction = Direction::SendOnly;
    slot.msid = Some(Msid { stream: format!("PA_1|{track}"), track: track.to_owned() });
    let rtx_ssrc = slot.codecs[0].rtx_pt.map(|_| ssrc + 1);
    slot.sources = vec![SourcePlan { ssrc, rtx_ssrc, cname: "PA_1".to_owned() }];
}

/// One section of a printed description.
fn printed(answer: &str, index: usize) -> String {
    let sections: Vec<&str> = answer.split("m=").collect();
    format!("m={}", sections[index + 1]).replace("\r\n", "\n")
}

#[test]
fn a_publishing_chromium_is_understood() {
    let offer = read(PUBLISHING);
    let shape: Vec<String> = offer.sections.iter().map(|s| format!("{} {:?} {}", s.mid, s.kind, s.direction.as_str())).collect();
    assert_eq!(
        shape,
        [
            "0 Audio recvonly",
            "1 Audio recvonly",
            "2 Audio recvonly",
            "3 Video recvonly",
            "4 Video recvonly",
            "5 Video recvonly",
            "6 Application sendrecv",
            "7 Audio sendonly",
            "8 Video sendonly",
        ]
    );
    assert!(offer.extmap_allow_mixed && !offer.ice_lite);
    assert!(offer.sections.iter().all(|section| section.bundled && !section.stopped));

    let audio = offer.section("7").expect("the microphone");
    let opus = audio.codec(111).expect("opus");
    assert!(opus.is("OPUS") && opus.has_feedback("transport-cc"));
    assert_eq!((opus.clock_rate, opus.channels, opus.rtx_pt), (48000, Some(2), None));
    assert_eq!(opus.parameter("useinbandfec"), Some("1"));
    assert_eq!(audio.codec(63).map(|red| red.fmtp.as_str()), Some("111/111"));
    assert_eq!(audio.extension_id("urn:ietf:params:rtp-hdrext:ssrc-audio-level"), Some(1));
    assert_eq!(audio.sources.len(), 1);
    assert_eq!(audio.sent_msid(), audio.sources[0].msid.as_ref());

    let video = offer.section("8").expect("the camera");
    assert_eq!(video.codecs[0].name, "VP8");
    assert_eq!(video.codecs[0].rtx_pt, Some(97));
    assert!(video.codecs.iter().all(|codec| !codec.is("rtx")));
    let rids = |video: &Section| {
        let simulcast = video.simulcast.clone().expect("simulcast");
        simulcast.send.into_iter().map(|stream| stream.rid).collect::<Vec<_>>()
    };
    assert_eq!(rids(video), ["q", "h", "f"]);

    let remote = offer.transport().expect("complete");
    assert_eq!(remote.credentials.ufrag, "G6wY");
    assert_eq!((remote.sctp_port, remote.message_bytes_max), (Some(5000), 262_144));
    assert_eq!((remote.setup, remote.fingerprints.len()), (Setup::ActPass, 1));
}

#[test]
fn other_engines_are_understood() {
    let firefox = read(FIREFOX);
    let remote = firefox.transport().expect("the session's fingerprint counts");
    assert_eq!((remote.fingerprints.len(), remote.message_bytes_max), (1, 262_144));
    let video = firefox.section("2").expect("bundle-only is not stopped");
    assert!(!video.stopped);
    assert_eq!(video.codecs.len(), 2);
    assert!(video.codecs.iter().all(|codec| codec.has_feedback("transport-cc")));

    let native = read(NATIVE);
    let remote = native.transport().expect("SHA-1 is passed over, SHA-256 is taken");
    assert_eq!((remote.fingerprints.len(), remote.message_bytes_max), (1, 262_144));
    assert_eq!(remote.candidates.len(), 1);
    let video = native.section("0").expect("a camera");
    assert_eq!(video.rtx_of(111), Some(222));
    assert_eq!(video.rids[0].restrictions, "max-width=320;max-height=180");
    assert!(video.simulcast.clone().expect("simulcast").send[1].paused);
    assert_eq!(video.msid.as_ref().map(|msid| msid.track.as_str()), Some("TR_camera"));
    let answer = plan(&native).print(&native).expect("a good plan");
    assert!(!answer.contains("sctp-init") && !answer.contains("goog-sped"));
}

#[test]
fn a_camera_with_simulcast_is_answered() {
    let offer = read(PUBLISHING);
    let mut plan = plan(&offer);
    media(&mut plan, 8).extensions.retain(|extension| extension.uri.contains("sdes:"));
    let answer = plan.print(&offer).expect("a good plan");
    assert_eq!(
        printed(&answer, 8),
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103\n\
         c=IN IP4 0.0.0.0\n\
         a=ice-ufrag:ours\n\
         a=ice-pwd:ourpasswordourpasswordour\n\
         a=ice-options:trickle\n"
            .to_owned()
            + &format!("a=fingerprint:{}\n", plan.fingerprint)
            + "a=setup:passive\n\
         a=mid:8\n\
         a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\n\
         a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\n\
         a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\n\
         a=recvonly\n\
         a=rtcp-mux\n\
         a=rtcp-rsize\n\
         a=rtpmap:96 VP8/90000\n\
         a=rtcp-fb:96 goog-remb\n\
         a=rtcp-fb:96 transport-cc\n\
         a=rtcp-fb:96 ccm fir\n\
         a=rtcp-fb:96 nack\n\
         a=rtcp-fb:96 nack pli\n\
         a=rtpmap:97 rtx/90000\n\
         a=fmtp:97 apt=96\n\
         a=rtpmap:102 H264/90000\n\
         a=rtcp-fb:102 goog-remb\n\
         a=rtcp-fb:102 transport-cc\n\
         a=rtcp-fb:102 ccm fir\n\
         a=rtcp-fb:102 nack\n\
         a=rtcp-fb:102 nack pli\n\
         a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\n\
         a=rtpmap:103 rtx/90000\n\
         a=fmtp:103 apt=102\n\
         a=rid:q recv\n\
         a=rid:h recv\n\
         a=rid:f recv\n\
         a=simulcast:recv q;h;f\n"
    );
}

#[test]
fn the_session_and_the_first_section_carry_the_transport() {
    let offer = read(PUBLISHING);
    let answer = plan(&offer).print(&offer).expect("a good plan").replace("\r\n", "\n");
    assert!(answer.starts_with(
        "v=0\n\
         o=- 7 1 IN IP4 127.0.0.1\n\
         s=-\n\
         t=0 0\n\
         a=ice-lite\n\
         a=group:BUNDLE 0 1 2 3 4 5 6 7 8\n\
         a=extmap-allow-mixed\n\
         a=msid-semantic: WMS *\n\
         m=audio 9 UDP/TLS/RTP/SAVPF 111 63\n\
         c=IN IP4 0.0.0.0\n\
         a=candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host\n\
         a=candidate:2 1 tcp 2122317567 192.0.2.1 7881 typ host tcptype passive\n\
         a=end-of-candidates\n"
    ));
    assert_eq!(answer.matches("a=candidate").count(), 2);
    assert!(printed(&answer, 6).ends_with("a=sctp-port:5000\na=max-message-size:262144\n"));
    assert!(printed(&answer, 3).contains("a=inactive\n"));
    read(&answer);
}

#[test]
fn a_slot_sends_with_its_names_and_sources() {
    let offer = read(PUBLISHING);
    let mut plan = plan(&offer);
    assign(&mut plan, 0, "TR_AM1", 1000);
    assign(&mut plan, 3, "TR_VC1", 2000);
    let opus = &mut media(&mut plan, 0).codecs[0];
    opus.set_parameter("usedtx", "1");
    opus.set_parameter("stereo", "1");
    opus.set_parameter("usedtx", "1");
    let answer = plan.print(&offer).expect("a good plan");
    let audio = printed(&answer, 0);
    assert!(audio.contains("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;usedtx=1\n"));
    assert!(audio.contains("a=sendonly\na=msid:PA_1|TR_AM1 TR_AM1\n"));
    assert!(audio.ends_with("a=ssrc:1000 cname:PA_1\na=ssrc:1000 msid:PA_1|TR_AM1 TR_AM1\n"));
    let video = printed(&answer, 3);
    assert!(video.contains("a=ssrc-group:FID 2000 2001\na=ssrc:2000 cname:PA_1\n"));
    assert!(video.ends_with("a=ssrc:2001 msid:PA_1|TR_VC1 TR_VC1\n"));

    media(&mut plan, 3).direction = Direction::Inactive;
    let answer = plan.print(&offer).expect("a good plan");
    let freed = printed(&answer, 3);
    assert!(freed.contains("a=inactive\n") && !freed.contains("msid") && !freed.contains("ssrc"));
}

#[test]
fn stopped_sections_are_rejected_and_leave_the_bundle() {
    let offer = read(STOPPED);
    let stopped = offer.sections.iter().position(|section| section.stopped).expect("one stopped");
    let mut plan = plan(&offer);
    let answer = plan.print(&offer).expect("a good plan");
    assert!(printed(&answer, stopped).starts_with("m=video 0 UDP/TLS/RTP/SAVPF 96"));
    assert!(answer.contains("a=group:BUNDLE 0 1 2 3 4 5 6 7\r\n"));

    let section = &offer.sections[stopped];
    plan.sections[stopped] = SectionPlan::Media(MediaPlan::inactive(section));
    assert_eq!(plan.print(&offer), Err(PlanError::Kind(section.mid.clone())));
}

#[test]
fn plans_that_break_a_browser_are_refused() {
    let offer = read(PUBLISHING);
    let good = plan(&offer);
    let broken = |edit: &dyn Fn(&mut AnswerPlan)| {
        let mut plan = good.clone();
        edit(&mut plan);
        plan.print(&offer).expect_err("a broken plan").to_string()
    };
    let refused = [
        broken(&|plan| drop(plan.sections.pop())),
        broken(&|plan| (assign(plan, 3, "TR_1", 10), assign(plan, 4, "TR_1", 20)).0),
        broken(&|plan| assign(plan, 8, "TR_1", 10)),
        broken(&|plan| media(plan, 0).direction = Direction::SendOnly),
        broken(&|plan| media(plan, 0).codecs.clear()),
        broken(&|plan| media(plan, 0).codecs[0].pt = 99),
        broken(&|plan| media(plan, 3).codecs[0].rtx_pt = Some(99)),
        broken(&|plan| media(plan, 0).extensions[0].id = 12),
        broken(&|plan| media(plan, 8).simulcast_recv[0].rid = "x".to_owned()),
        broken(&|plan| assign(plan, 0, "TR 1\r\na=x", 10)),
        broken(&|plan| plan.sections[6] = plan.sections[0].clone()),
    ];
    assert_eq!(
        refused,
        [
            "8 plans for 9 sections",
            "two sections send PA_1|TR_1 TR_1",
            "section 8 does not allow this direction",
            "section 0 lacks an msid",
            "section 0 lacks a codec",
            "section 0 does not offer payload type 99",
            "section 3 does not offer payload type 96",
            "section 0 does not offer extension urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "section 8 does not offer rid x",
            "section 0 has a text with a line break or a space in it",
            "section 6 cannot be answered this way",
        ]
    );
}

#[test]
fn broken_offers_are_refused_with_the_line() {
    let error = |text: &str| Offer::parse(text).expect_err("a broken offer").to_string();
    let head = "v=0\no=- 1 1 IN IP4 0.0.0.0\n";
    let audio = "m=audio 9 UDP/TLS/RTP/SAVPF 0\n";
    assert_eq!(error("hello"), "line 1 of the description is malformed: a letter and an equals sign");
    assert_eq!(error("v=1\n"), "line 1 of the description is malformed: version 0");
    assert_eq!(error(&format!("{head}m=audio nine UDP/TLS/RTP/SAVPF 0")), error(&format!("{head}m=audio 99999 UDP/TLS/RTP/SAVPF 0")));
    assert_eq!(error(&format!("{head}{audio}a=mid:0\n{audio}a=mid:0\n")), SdpError::DuplicateMid.to_string());
    assert_eq!(Offer::parse(&format!("{head}{}", audio.repeat(2000))), Err(SdpError::TooMany("sections")));
    assert_eq!(Offer::parse(&format!("{head}{audio}{}", "a=candidate:1\n".repeat(129))), Err(SdpError::TooMany("candidates")));
    assert_eq!(Offer::parse(&"a".repeat(2 << 20)), Err(SdpError::TooLong));
    assert_eq!(Offer::parse(&format!("a={}", "a".repeat(9000))), Err(SdpError::TooLong));
    assert_eq!(read(&format!("{head}{audio}a=mid:0\n")).transport(), Err(SdpError::Missing("usable ICE credentials")));
    assert_eq!(read(head).transport(), Err(SdpError::Missing("a live section")));
}

#[test]
fn passwords_stay_out_of_debug() {
    let offer = read(PUBLISHING);
    let shown = format!("{offer:?} {:?} {:?}", offer.transport(), plan(&offer));
    assert!(!shown.contains("4QEFX6t3i5ELaAykjO81dnKr") && !shown.contains("ourpassword"));
}
