//! Payload descriptors and frame headers of every codec, and redundant audio.
#![no_main]

use sfu::codec::{av1, h264, red, vp8, vp9};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = (h264::key_frame(bytes), av1::key_frame(bytes));
    let _ = (av1::DependencyDescriptor::parse(bytes), av1::Templates::parse(bytes));
    let _ = vp9::Descriptor::parse(bytes).map(|descriptor| descriptor.key_frame());
    if let Some(blocks) = red::Blocks::parse(bytes) {
        let _ = (blocks.count(), blocks.primary());
    }
    let Some(descriptor) = vp8::Descriptor::parse(bytes) else { return };
    let _ = descriptor.key_frame(bytes);
    descriptor.write(descriptor.numbers(), &mut bytes.to_vec());
});
