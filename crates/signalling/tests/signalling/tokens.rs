//! Who may do what, by what the token says, and which tokens are no tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use signalling::control::{ParticipantKind, TrackSource};
use signalling::token::{ApiKeys, Claims, LEEWAY_S, TokenError, VideoGrant, mint, verify};

use crate::desk::{WALL_MS, claims};

const NOW_S: i64 = WALL_MS / 1000;

/// A token with this text as its body, signed well.
fn signed(header: &str, body: &str) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(body));
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes())))
}

fn read(token: &str) -> Result<Claims, TokenError> {
    verify(&ApiKeys::new("devkey", "secret"), token, WALL_MS)
}

#[test]
fn what_is_minted_is_read() {
    let video = VideoGrant {
        room_join: true,
        room_admin: true,
        room: "lane".into(),
        can_publish: Some(false),
        can_publish_sources: vec![TrackSource::Microphone],
        hidden: true,
        ..VideoGrant::default()
    };
    let claims = Claims {
        issuer: "devkey".into(),
        kind: ParticipantKind::Agent,
        attributes: [("a".to_owned(), "b".to_owned())].into(),
        metadata: "{}".into(),
        video,
        not_before_s: Some(NOW_S),
        ..claims("alice")
    };
    assert_eq!(read(&mint("devkey", "secret", &claims)), Ok(claims));
}

#[test]
fn tokens_of_every_wrong_kind_are_refused() {
    let good = r#"{"alg":"HS256","typ":"JWT"}"#;
    let body = |rest: &str| format!(r#"{{"iss":"devkey","sub":"alice","exp":{}{rest}}}"#, NOW_S + 60);
    let table = [
        (String::new(), TokenError::Missing),
        ("abc".into(), TokenError::Malformed),
        ("a.b.c".into(), TokenError::Malformed),
        (signed(r#"{"alg":"none"}"#, &body("")), TokenError::Algorithm),
        (signed(r#"{"alg":"RS256"}"#, &body("")), TokenError::Algorithm),
        (signed(good, r#"{"iss":"other","exp":1}"#), TokenError::UnknownKey),
        (signed(good, r#"{"iss":"devkey"}"#), TokenError::NoExpiry),
        (signed(good, &body(&format!(r#","nbf":{}"#, NOW_S + LEEWAY_S + 1))), TokenError::NotYetValid),
        (signed(good, &body(&format!(r#","iat":{}"#, NOW_S + LEEWAY_S + 1))), TokenError::NotYetValid),
        (signed(good, &body(r#","video":{"roomJoin":"yes"}"#)), TokenError::Malformed),
        (mint("devkey", "another secret", &claims("alice")), TokenError::Signature),
        ("x".repeat(100_000), TokenError::Malformed),
    ];
    for (token, error) in table {
        assert_eq!(read(&token).map(|_| ()), Err(error), "{}", token.chars().take(80).collect::<String>());
    }
}

#[test]
fn clocks_may_differ_by_a_minute() {
    let expired = |ago| Claims { expires_at_s: NOW_S - ago, ..claims("alice") };
    let token = |ago| mint("devkey", "secret", &expired(ago));
    assert!(read(&token(LEEWAY_S)).is_ok());
    assert_eq!(read(&token(LEEWAY_S + 1)).map(|_| ()), Err(TokenError::Expired));
}

#[test]
fn what_is_not_said_has_its_default() {
    let grant = |text: &str| {
        let body = format!(r#"{{"iss":"devkey","exp":{},"jti":"old","unknown":[1],"video":{text}}}"#, NOW_S + 60);
        let claims = read(&signed(r#"{"alg":"HS256"}"#, &body)).expect("good");
        assert_eq!(claims.identity, "old", "jti is the identity of old tokens");
        let p = claims.video.permission();
        (p.can_subscribe, p.can_publish, p.can_publish_data, p.can_update_metadata)
    };
    assert_eq!(grant("{}"), (true, true, true, false));
    assert_eq!(grant(r#"{"canPublish":false}"#), (true, false, false, false));
    assert_eq!(grant(r#"{"canPublish":false,"canPublishData":true}"#), (true, false, true, false));
    assert_eq!(grant(r#"{"canPublishData":false}"#), (true, true, false, false));
    assert_eq!(grant(r#"{"canSubscribe":false,"canUpdateOwnMetadata":true}"#), (false, true, true, true));
}

#[test]
fn sources_narrow_what_may_be_published() {
    let body = |sources: &str| {
        let video = format!(r#""video":{{"canPublishSources":{sources}}}"#);
        let body = format!(r#"{{"iss":"devkey","exp":{},{video}}}"#, NOW_S + 60);
        read(&signed(r#"{"alg":"HS256"}"#, &body)).expect("good").video.permission()
    };
    assert!(body("[]").may_publish(TrackSource::Camera));
    let only = body(r#"["microphone","hologram"]"#);
    assert!(only.may_publish(TrackSource::Microphone) && !only.may_publish(TrackSource::Camera));
}

#[test]
fn room_settings_come_in_both_spellings() {
    for config in [r#"{"emptyTimeout":9,"syncStreams":true}"#, r#"{"empty_timeout":9,"sync_streams":true}"#] {
        let body = format!(r#"{{"iss":"devkey","exp":{}.5,"roomConfig":{config}}}"#, NOW_S + 60);
        let options = read(&signed(r#"{"alg":"HS256"}"#, &body)).expect("good").room_options.expect("said");
        assert!(options.empty_timeout_s == 9 && options.sync_streams);
    }
}

#[test]
fn keys_are_written_as_livekit_writes_them() {
    let keys = ApiKeys::parse("devkey: secret\n  other:  s:e:c  \n").expect("good");
    assert_eq!(keys.secret("other"), Some("s:e:c"));
    assert_eq!(keys.first(), Some(("devkey", "secret")));
    assert!(ApiKeys::parse("devkey").is_err() && ApiKeys::parse("").is_err());
    assert!(!format!("{keys:?}").contains("secret"), "secrets stay out of logs");
}
