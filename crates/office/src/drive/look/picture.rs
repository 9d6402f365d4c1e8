//! Pictures in two sizes, upright. Whatever is sent is decoded within limits and written anew, so that no byte of a
//! stranger's file is in what is shown of it. It takes a while: call it where blocking is no harm.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageReader, Limits};

/// Pixels of the longest edge.
const SMALL: u32 = 360;
const LARGE: u32 = 1_600;
const JPEG_QUALITY: u8 = 82;
/// Bytes that decoding may take, for each pixel that is allowed.
const BYTES_PER_PIXEL: u64 = 8;

/// A picture in two sizes.
#[derive(Debug)]
pub(super) struct Shrunk {
    /// As it is shown, after it was turned upright.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) small: Vec<u8>,
    pub(super) large: Vec<u8>,
}

/// Nothing when it is no picture, or one that is too large.
pub(super) fn shrink(file: &[u8], pixels_max: u64) -> Option<Shrunk> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(pixels_max.saturating_mul(BYTES_PER_PIXEL));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > pixels_max {
        return None;
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let (width, height) = (picture.width(), picture.height());
    let large = fit(&picture, LARGE);
    let small = fit(&large, SMALL);
    Some(Shrunk { width, height, small: encode(&small)?, large: encode(&large)? })
}

fn fit(picture: &DynamicImage, edge: u32) -> DynamicImage {
    match picture.width().max(picture.height()) > edge {
        true => picture.resize(edge, edge, FilterType::Triangle),
        false => picture.clone(),
    }
}

/// What can be seen through stays so.
fn encode(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    let is_opaque = !picture.color().has_alpha() || picture.to_rgba8().pixels().all(|pixel| pixel.0.last() == Some(&u8::MAX));
    match is_opaque {
        true => picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY)).ok()?,
        false => picture.to_rgba8().write_with_encoder(WebPEncoder::new_lossless(&mut file)).ok()?,
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut file, format).expect("a picture");
        file.into_inner()
    }

    #[test]
    fn pictures_keep_their_shape() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let shrunk = shrink(&file(2_000, 1_000, format), 10_000_000).expect("a picture");
            assert_eq!((shrunk.width, shrunk.height), (2_000, 1_000));
            let sides = [shrunk.small, shrunk.large].map(|file| {
                let picture = image::load_from_memory(&file).expect("a picture");
                (picture.width(), picture.height())
            });
            assert_eq!(sides, [(360, 180), (1_600, 800)], "{format:?}");
        }
        let tiny = shrink(&file(3, 2, ImageFormat::Png), 10_000_000).expect("a picture");
        assert_eq!(image::load_from_memory(&tiny.large).expect("a picture").width(), 3, "nothing grows");
    }

    #[test]
    fn a_picture_is_turned_upright() {
        // An Exif block that says: turned by a quarter.
        let exif = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let mut turned = file(40, 20, ImageFormat::Jpeg);
        turned.splice(2..2, exif.iter().copied());
        let shrunk = shrink(&turned, 1_000_000).expect("a picture");
        assert_eq!((shrunk.width, shrunk.height), (20, 40));
    }

    #[test]
    fn what_can_be_seen_through_stays_so() {
        let mut png = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(10, 10).write_to(&mut png, ImageFormat::Png).expect("a picture");
        let shrunk = shrink(&png.into_inner(), 1_000).expect("a picture");
        assert!(shrunk.small.starts_with(b"RIFF"));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_none() {
        for strange in [&b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..], &[], &file(20, 20, ImageFormat::Png)[..60]] {
            assert!(shrink(strange, 1_000_000).is_none());
        }
        assert!(shrink(&file(100, 100, ImageFormat::Png), 9_999).is_none());
    }
}
