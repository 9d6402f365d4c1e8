//! A browser that is pushed to: its push service is a server on this machine, and it alone can read what arrives.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::peer::{Peer, Received};

const AUTH: [u8; 16] = *b"sixteen of bytes";
/// Where the parts of a sealed body lie: salt, size of a record, length of the key, key.
const SALT: std::ops::Range<usize> = 0..16;
const KEY: std::ops::Range<usize> = 21..86;

/// A browser with a push service of its own.
#[derive(Debug)]
pub struct Browser {
    service: Peer,
    key: PrivateKey,
    public: Vec<u8>,
    /// The key the office showed when it subscribed; empty before.
    server_key: String,
}

/// What arrived.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// What the office said, unsealed.
    pub payload: Value,
    /// How long the push service should keep it.
    pub ttl_s: u64,
    /// How soon a sleeping device should wake.
    pub urgency: String,
    /// What it replaces.
    pub topic: String,
}

impl Browser {
    /// Starts one.
    pub async fn start() -> Browser {
        let key = PrivateKey::generate(&ECDH_P256).expect("a key");
        let public = key.compute_public_key().expect("its public half").as_ref().to_vec();
        let service = Peer::start().await;
        service.answers(201, &[], "");
        Browser { service, key, public, server_key: String::new() }
    }

    /// Its push service, to give it bad days.
    pub fn service(&self) -> &Peer {
        &self.service
    }

    /// What it hands to the office when it subscribes with that key.
    pub fn subscribe(&mut self, server_key: &Value, name: &str) -> Value {
        server_key.as_str().expect("a key").clone_into(&mut self.server_key);
        let keys = json!({ "p256dh": URL_SAFE_NO_PAD.encode(&self.public), "auth": URL_SAFE_NO_PAD.encode(AUTH) });
        json!({ "endpoint": self.service.url(&format!("/push/{name}")), "keys": keys, "name": name })
    }

    /// What arrived since this was last asked, the oldest first.
    ///
    /// # Panics
    /// When something arrived that a real push service or browser would refuse.
    pub fn pushed(&self) -> Vec<Pushed> {
        self.service.take_calls().iter().map(|call| self.open(call)).collect()
    }

    fn open(&self, call: &Received) -> Pushed {
        assert_eq!((call.method.as_str(), call.header("content-encoding")), ("POST", "aes128gcm"));
        self.verify(call.header("authorization"));
        assert!(call.body.len() <= 4_096 && call.header("topic").len() <= 32);
        Pushed {
            payload: serde_json::from_slice(&self.unseal(&call.body)).expect("JSON"),
            ttl_s: call.header("ttl").parse().expect("a number of seconds"),
            urgency: call.header("urgency").to_owned(),
            topic: call.header("topic").to_owned(),
        }
    }

    /// RFC 8292: the word is signed with the key it was subscribed with, for this service.
    fn verify(&self, shown: &str) {
        let (token, key) = shown.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("a signed word");
        assert_eq!(key, self.server_key);
        let (said, signed) = token.rsplit_once('.').expect("a signature");
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64");
        let known = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key));
        known.verify(said.as_bytes(), &bytes(signed)).expect("it is signed by the office");
        let claims: Value = serde_json::from_slice(&bytes(said.split_once('.').expect("claims").1)).expect("JSON");
        assert_eq!(claims["aud"], self.service.url(""));
        assert!(claims["sub"].as_str().is_some_and(|sub| sub.starts_with("https://") || sub.starts_with("mailto:")));
    }

    /// RFC 8291, read the other way round and with HMAC alone.
    fn unseal(&self, body: &[u8]) -> Vec<u8> {
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &body[KEY]);
        let shared = agree(&self.key, theirs, (), |shared| Ok(shared.to_vec())).expect("a shared secret");
        let hmac = |key: &[u8], parts: &[&[u8]]| sign(&Key::new(HMAC_SHA256, key), &parts.concat()).as_ref().to_vec();
        let mixed = hmac(&AUTH, &[&shared]);
        let input = hmac(&mixed, &[b"WebPush: info\0", &self.public, &body[KEY], &[1]]);
        let secret = hmac(&body[SALT], &[&input]);
        let key = hmac(&secret, &[b"Content-Encoding: aes128gcm\0", &[1]]);
        let nonce = hmac(&secret, &[b"Content-Encoding: nonce\0", &[1]]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).expect("a nonce");
        let mut sealed = body[KEY.end..].to_vec();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut sealed).expect("it is sealed for this browser");
        plain.strip_suffix(&[2]).expect("the last record").to_vec()
    }
}
