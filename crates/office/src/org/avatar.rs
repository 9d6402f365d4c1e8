//! A person's picture: whatever was sent is decoded within limits, cut square and written anew, so
//! that no byte of a stranger's file is ever shown to anybody.

use std::io::Cursor;

use axum::body::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, ImageReader, Limits, Rgb, RgbImage};
use kernel::{Error, limit};

use super::errors::Refused;

limit!(pub(crate) AVATAR_BYTES_MAX: "org.avatar_bytes", 8_388_608, "bytes", "How large the file of a picture may be.");

/// Pixels along the sides of the two pictures kept.
const SIDE: u32 = 256;
const SIDE_SMALL: u32 = 64;
/// A picture beyond this is refused before a single pixel of it is decoded.
const SIDE_MAX: u32 = 8_192;
const DECODED_BYTES_MAX: u64 = 268_435_456;
const JPEG_QUALITY: u8 = 85;

/// The same picture in two sizes, as JPEG.
#[derive(Debug)]
pub(crate) struct Avatar {
    pub(crate) large: Bytes,
    pub(crate) small: Bytes,
}

/// Decodes, cuts and encodes. It takes a while: call it where blocking is no harm.
pub(crate) fn make(file: &[u8]) -> Result<Avatar, Error> {
    let refused = |_| Error::from(Refused::NotAnImage);
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|e| Error::internal("reading a picture", e))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let picture = reader.decode().map_err(refused)?;
    Ok(Avatar { large: encode(&picture, SIDE)?, small: encode(&picture, SIDE_SMALL)? })
}

fn encode(picture: &DynamicImage, side: u32) -> Result<Bytes, Error> {
    let square = picture.resize_to_fill(side, side, FilterType::CatmullRom);
    let mut ground = DynamicImage::ImageRgb8(RgbImage::from_pixel(side, side, Rgb([255; 3])));
    overlay(&mut ground, &square, 0, 0);
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
    let encoded = ground.to_rgb8().write_with_encoder(encoder);
    encoded.map_err(|e| Error::internal("encoding a picture", e))?;
    Ok(file.into())
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height).write_to(&mut file, ImageFormat::Png).expect("a picture");
        file.into_inner()
    }

    #[test]
    fn any_picture_becomes_two_squares() {
        let avatar = make(&png(300, 40)).expect("a picture");
        let sides = [avatar.large, avatar.small].map(|file| {
            let picture = image::load_from_memory(&file).expect("a picture");
            (picture.width(), picture.height())
        });
        assert_eq!(sides, [(SIDE, SIDE), (SIDE_SMALL, SIDE_SMALL)]);
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        for file in [&b"<svg/>"[..], &[], &png(9_000, 1), &png(20, 20)[..60]] {
            let error = make(file).expect_err("no picture");
            assert_eq!(error.refusal().map(|r| r.code()), Some("org.not_an_image"));
        }
    }
}
