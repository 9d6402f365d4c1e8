//! How the office makes itself known to push services (RFC 8292): a key of its own, drawn once, and a word signed with it.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::chance::Chance;
use kernel::clock::Time;
use serde_json::json;

use super::seal::PRIVATE_KEY_BYTES;

/// How long a word is good. The standard allows a day.
const GOOD_S: i64 = 12 * 3_600;
/// Numbers that are drawn until one lies on the curve; the first practically always does.
const DRAWS_MAX: usize = 16;

/// The office's key.
pub(super) struct Vapid {
    pair: EcdsaKeyPair,
    public: String,
}

/// The key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the key for push services cannot be read")]
pub(super) struct Unreadable;

impl Vapid {
    /// The private key as it is kept.
    pub(super) fn read(kept: &str) -> Result<Vapid, Unreadable> {
        let private = URL_SAFE_NO_PAD.decode(kept).map_err(|_| Unreadable)?;
        let public = PrivateKey::from_private_key(&ECDH_P256, &private).and_then(|key| key.compute_public_key().map_err(Into::into));
        let public = public.map_err(|_| Unreadable)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &private, public.as_ref());
        let pair = pair.map_err(|_| Unreadable)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Vapid { pair, public })
    }

    /// The public key, as browsers want it when they subscribe.
    pub(super) fn public_key(&self) -> &str {
        &self.public
    }

    /// The `Authorization` of a push to a service, which is known by its origin. `subject` is where to complain about us.
    pub(super) fn authorization(&self, origin: &str, subject: &str, now: Time) -> Result<String, Unreadable> {
        let head = URL_SAFE_NO_PAD.encode(json!({ "typ": "JWT", "alg": "ES256" }).to_string());
        let claims = json!({ "aud": origin, "exp": now.as_ms() / 1_000 + GOOD_S, "sub": subject });
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let said = format!("{head}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), said.as_bytes()).map_err(|_| Unreadable)?;
        Ok(format!("vapid t={said}.{}, k={}", URL_SAFE_NO_PAD.encode(signature), self.public))
    }
}

/// A private key as it is to be kept.
pub(super) fn draw(chance: &Chance) -> String {
    URL_SAFE_NO_PAD.encode(draw_private(chance))
}

/// A number of the curve.
pub(super) fn draw_private(chance: &Chance) -> [u8; PRIVATE_KEY_BYTES] {
    let mut drawn = [0; PRIVATE_KEY_BYTES];
    for _ in 0..DRAWS_MAX {
        chance.fill(&mut drawn);
        if PrivateKey::from_private_key(&ECDH_P256, &drawn).is_ok() {
            break;
        }
    }
    drawn
}

impl std::fmt::Debug for Vapid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Vapid").field(&self.public).finish()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_word_is_signed_with_the_key_that_is_shown() {
        let kept = draw(&Chance::seeded(1));
        let vapid = Vapid::read(&kept).expect("a key");
        let shown = vapid.authorization("https://push.example.org", "https://office.example", Time::from_ms(1_795_395_600_000));
        let shown = shown.expect("signed");
        let (token, key) = shown.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("both");
        assert_eq!(key, vapid.public_key());
        let (said, signature) = token.rsplit_once('.').expect("signed");
        let (head, claims) = said.split_once('.').expect("claims");
        let read = |text: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(text).expect("base64")).expect("text");
        assert_eq!(read(head), r#"{"alg":"ES256","typ":"JWT"}"#);
        assert_eq!(read(claims), r#"{"aud":"https://push.example.org","exp":1795438800,"sub":"https://office.example"}"#);
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, URL_SAFE_NO_PAD.decode(key).expect("base64"));
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        public.verify(said.as_bytes(), &signature).expect("the signature holds");
        assert!(!format!("{vapid:?}").contains(&kept));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for kept in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "钥匙"] {
            assert!(Vapid::read(kept).is_err(), "{kept}");
        }
    }
}
