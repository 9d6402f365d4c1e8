//! How messages are signed, as each vendor does it. Pure; comparing takes the same time whatever is wrong.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::clock::Time;
use ring::hmac;

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

    #[test]
    fn an_hour_is_close_enough() {
        let now = Time::from_ms(1_700_000_000_000);
        assert!(is_of_now(now - WINDOW, now) && is_of_now(now + WINDOW, now));
        assert!(!is_of_now(now - WINDOW - Duration::from_millis(1), now) && !is_of_now(now + WINDOW * 2, now));
    }
}
