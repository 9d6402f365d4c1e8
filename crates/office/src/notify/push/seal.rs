//! Seals what is pushed for one browser alone (RFC 8291 over RFC 8188): whoever carries it cannot read it. Pure: the
//! key pair and the salt of each push are arguments.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of a point of P-256, uncompressed.
pub(super) const PUBLIC_KEY_BYTES: usize = 65;
/// Bytes of a number of P-256.
pub(super) const PRIVATE_KEY_BYTES: usize = 32;
pub(super) const SALT_BYTES: usize = 16;
const AUTH_BYTES: usize = 16;
const CONTENT_KEY_BYTES: usize = 16;
/// The one record there is; push services take no more.
const RECORD_BYTES: u32 = 4_096;
/// What fits into it besides header, tag and the byte that ends it.
pub(super) const PLAIN_BYTES_MAX: usize = 4_096 - (SALT_BYTES + 4 + 1 + PUBLIC_KEY_BYTES) - 16 - 1;
/// Ends the last record.
const LAST: u8 = 2;

/// What a browser gives to be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Receiver {
    public_key: [u8; PUBLIC_KEY_BYTES],
    auth: [u8; AUTH_BYTES],
}

impl Receiver {
    /// Reads the keys as browsers write them; nothing when they are none.
    pub(super) fn read(p256dh: &str, auth: &str) -> Option<Receiver> {
        let public_key: [u8; PUBLIC_KEY_BYTES] = bytes(p256dh)?.try_into().ok()?;
        let auth = bytes(auth)?.try_into().ok()?;
        // A point that does not lie on the curve is found by using it.
        let probe = PrivateKey::from_private_key(&ECDH_P256, &[1; PRIVATE_KEY_BYTES]).ok()?;
        agree(&probe, UnparsedPublicKey::new(&ECDH_P256, &public_key), (), |_| Ok(())).ok()?;
        Some(Receiver { public_key, auth })
    }
}

/// Base64 of either alphabet, with or without the padding that some browsers add.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let text: String = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The key pair and the salt of one push. They must never serve for a second one.
pub(super) struct Once {
    pub(super) private_key: [u8; PRIVATE_KEY_BYTES],
    pub(super) salt: [u8; SALT_BYTES],
}

/// The body of a push. It fails when the text is too long or the private key is no number of the curve.
pub(super) fn seal(plain: &[u8], to: &Receiver, once: &Once) -> Result<Vec<u8>, Unspecified> {
    if plain.len() > PLAIN_BYTES_MAX {
        return Err(Unspecified);
    }
    let own = PrivateKey::from_private_key(&ECDH_P256, &once.private_key).map_err(|_| Unspecified)?;
    let own_public = own.compute_public_key()?;
    let own_public = own_public.as_ref();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &to.public_key);
    let (content_key, nonce) = agree(&own, theirs, Unspecified, |shared| keys(shared, to, own_public, &once.salt))?;

    let mut sealed = [plain, &[LAST]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)?;
    let id_bytes = u8::try_from(own_public.len()).map_err(|_| Unspecified)?;
    Ok([&once.salt[..], &RECORD_BYTES.to_be_bytes(), &[id_bytes], own_public, &sealed].concat())
}

fn keys(shared: &[u8], to: &Receiver, own_public: &[u8], salt: &[u8]) -> Result<([u8; CONTENT_KEY_BYTES], [u8; NONCE_LEN]), Unspecified> {
    let info = [b"WebPush: info\0", &to.public_key[..], own_public].concat();
    let input: [u8; 32] = expand(Salt::new(HKDF_SHA256, &to.auth), shared, &info)?;
    let content_key = expand(Salt::new(HKDF_SHA256, salt), &input, b"Content-Encoding: aes128gcm\0")?;
    let nonce = expand(Salt::new(HKDF_SHA256, salt), &input, b"Content-Encoding: nonce\0")?;
    Ok((content_key, nonce))
}

#[expect(clippy::needless_pass_by_value, reason = "a salt serves once")]
fn expand<const BYTES: usize>(salt: Salt, secret: &[u8], info: &[u8]) -> Result<[u8; BYTES], Unspecified> {
    struct Bytes(usize);
    impl KeyType for Bytes {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut out = [0; BYTES];
    salt.extract(secret).expand(&[info], Bytes(BYTES))?.fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn once() -> Once {
        let read = |text| bytes(text).expect("base64");
        Once {
            private_key: read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").try_into().expect("32 bytes"),
            salt: read("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 bytes"),
        }
    }

    /// RFC 8291 §5.
    #[test]
    fn the_example_of_the_standard_comes_out() {
        let to = Receiver::read(P256DH, AUTH).expect("keys");
        let sealed = seal(b"When I grow up, I want to be a watermelon", &to, &once()).expect("sealed");
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert!(Receiver::read(P256DH, AUTH).is_some());
        assert!(Receiver::read(&format!("{P256DH}="), &format!("{AUTH}==")).is_some(), "some browsers pad");
        let off_the_curve = P256DH.replace("BCVx", "BCVy");
        for (p256dh, auth) in [("", AUTH), (P256DH, ""), (P256DH, "AAAA"), ("AAAA", AUTH), (&off_the_curve, AUTH), ("钥匙", AUTH)] {
            assert!(Receiver::read(p256dh, auth).is_none(), "{p256dh} {auth}");
        }
    }

    #[test]
    fn a_push_is_never_longer_than_push_services_take() {
        let to = Receiver::read(P256DH, AUTH).expect("keys");
        let longest = seal(&[b'x'; PLAIN_BYTES_MAX], &to, &once()).expect("sealed");
        assert_eq!(longest.len(), 4_096);
        assert!(seal(&[b'x'; PLAIN_BYTES_MAX + 1], &to, &once()).is_err());
    }
}
