//! How messages are signed, as each vendor does it. Pure; comparing takes the same time whatever is wrong.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::clock::Time;
use ring::hmac;
use sha2::{Digest as _, Sha256};

/// How far the clock of a sender may be off.
const WINDOW: Duration = Duration::from_secs(3_600);

/// Whether a stamp is of this hour.
pub(super) fn is_of_now(at: Time, now: Time) -> bool {
    now.since(at) <= WINDOW && at.since(now) <= WINDOW
}

fn is_right(key: &[u8], message: &[u8], sign: &str) -> bool {
    // A plus that was not escaped arrives as a space.
    let sign = STANDARD.decode(sign.trim().replace(' ', "+"));
    sign.is_ok_and(|sign| hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, &sign).is_ok())
}

/// DingTalk's: the secret is the key, and part of the message.
pub(super) fn is_dingtalks(secret: &str, timestamp: &str, sign: &str) -> bool {
    is_right(secret.as_bytes(), format!("{timestamp}\n{secret}").as_bytes(), sign)
}

/// Feishu's: stamp and secret are the key, of an empty message.
pub(super) fn is_feishus(secret: &str, timestamp: &str, sign: &str) -> bool {
    is_right(format!("{timestamp}\n{secret}").as_bytes(), b"", sign)
}

/// How secrets of bots begin; what follows is the key in Base64.
const SECRET_BEGIN: &str = "whsec_";

/// A secret that calls to a bot are signed with, made of what chance drew.
pub(super) fn secret(drawn: &str) -> String {
    format!("{SECRET_BEGIN}{}", STANDARD.encode(Sha256::digest(drawn.as_bytes())))
}

/// The signature of a call to a bot, as Standard Webhooks has it.
pub(super) fn of_call(secret: &str, id: &str, at_s: i64, body: &str) -> String {
    let key = secret.strip_prefix(SECRET_BEGIN).and_then(|key| STANDARD.decode(key).ok()).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signed = hmac::sign(&key, format!("{id}.{at_s}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dingtalk_signs_as_it_says() {
        let (secret, sign) = ("SECexample0123456789abcdef", "+cxnz7PMkHTgYGZLYfiu2juTRMk8MZfdVOdDh8s0utc=");
        assert!(is_dingtalks(secret, "1700000000000", sign));
        assert!(is_dingtalks(secret, "1700000000000", &sign.replace('+', " ")), "it was not escaped");
        assert!(!is_dingtalks(secret, "1700000000001", sign) && !is_dingtalks("SECother", "1700000000000", sign));
        assert!(!is_dingtalks(secret, "1700000000000", "") && !is_dingtalks(secret, "1700000000000", "***"));
    }

    #[test]
    fn feishu_signs_the_other_way_round() {
        let sign = "KAVz6mt2yjyYGOsZirwjG/gjbx7Rak7PYaGaF9vzk8g=";
        assert!(is_feishus("exampleFeishuSecret", "1700000000", sign));
        assert!(!is_feishus("exampleFeishuSecret", "1700000001", sign) && !is_dingtalks("exampleFeishuSecret", "1700000000", sign));
    }

    /// The example of the Standard Webhooks specification.
    #[test]
    fn calls_are_signed_as_the_standard_says() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signature = of_call(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_hour_is_close_enough() {
        let now = Time::from_ms(1_700_000_000_000);
        assert!(is_of_now(now - WINDOW, now) && is_of_now(now + WINDOW, now));
        assert!(!is_of_now(now - WINDOW - Duration::from_millis(1), now) && !is_of_now(now + WINDOW * 2, now));
    }
}
