//! Maps keyed by SSRC. The hash is one multiplication: every map is bounded and its keys belong to one
//! authenticated peer, so a peer can slow down only itself.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map keyed by SSRC.
pub(crate) type SsrcMap<T> = HashMap<u32, T, BuildHasherDefault<SsrcHasher>>;

/// Hashes one number of 32 bits.
#[derive(Debug, Default)]
pub(crate) struct SsrcHasher(u64);

impl Hasher for SsrcHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
