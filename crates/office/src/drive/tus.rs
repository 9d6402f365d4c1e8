//! What a client says of an upload, as tus 1.0.0 writes it. Pure: it reads strangers' headers and never fails on them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::errors::Refused;

/// The one version of the protocol we speak.
pub(super) const VERSION: &str = "1.0.0";
/// What of it we speak.
pub(super) const EXTENSIONS: &str = "creation,creation-with-upload,termination,expiration,checksum";
/// How a checksum may be made.
pub(super) const ALGORITHMS: &str = "sha256";
/// Bytes of a sum.
const SUM_BYTES: usize = 32;
/// Bytes of all metadata.
const METADATA_BYTES_MAX: usize = 8_192;
const PAIRS_MAX: usize = 16;

/// Reads `Upload-Metadata`: keys with values in Base64, separated by commas.
pub(super) fn metadata(header: &str) -> Result<BTreeMap<String, String>, Refused> {
    const FIELD: Refused = Refused::Field("upload-metadata");
    if header.len() > METADATA_BYTES_MAX {
        return Err(FIELD);
    }
    let mut pairs = BTreeMap::new();
    for pair in header.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim()).map_err(|_| FIELD)?;
        let value = String::from_utf8(value).map_err(|_| FIELD)?;
        let is_new = pairs.insert(key.to_owned(), value.clone()).is_none();
        // PostgreSQL cannot keep U+0000 in a text.
        if !is_new || pairs.len() > PAIRS_MAX || value.contains('\0') {
            return Err(FIELD);
        }
    }
    Ok(pairs)
}

/// Reads `Upload-Checksum`: an algorithm and a sum in Base64.
pub(super) fn checksum(header: &str) -> Result<Vec<u8>, Refused> {
    const FIELD: Refused = Refused::Field("upload-checksum");
    let (algorithm, sum) = header.trim().split_once(' ').ok_or(FIELD)?;
    let sum = STANDARD.decode(sum.trim()).map_err(|_| FIELD)?;
    if algorithm == ALGORITHMS && sum.len() == SUM_BYTES { Ok(sum) } else { Err(FIELD) }
}

/// Reads a count of bytes.
pub(super) fn count(header: &str) -> Option<u64> {
    let is_number = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit());
    header.parse().ok().filter(|count| is_number && i64::try_from(*count).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_are_pairs() {
        let read = metadata("filename 5oql5Lu3LnBkZg==,filetype YXBwbGljYXRpb24vcGRm, is_secret").expect("pairs");
        let pairs: Vec<(&str, &str)> = read.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("filename", "报价.pdf"), ("filetype", "application/pdf"), ("is_secret", "")]);
        for broken in ["filename !!!", "filename /w==", "a YQ==,a YQ==", "a AA=="] {
            assert!(metadata(broken).is_err(), "{broken}");
        }
        assert_eq!(metadata("").map(|pairs| pairs.len()), Ok(0));
    }

    #[test]
    fn sums_and_counts_are_exact() {
        assert!(checksum("sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").is_ok());
        assert!(checksum("md5 1B2M2Y8AsgTpgAmY7PhCfg==").is_err() && checksum("sha256 AA==").is_err() && checksum("").is_err());
        assert_eq!(
            (count("0"), count("12"), count("-1"), count("+1"), count("9223372036854775808")),
            (Some(0), Some(12), None, None, None)
        );
    }

    #[test]
    fn no_header_breaks_it() {
        let pieces = ["filename", " ", ",", "YQ==", "=", "é", "\u{0}", "sha256", "////", "5oql"];
        let mut state = 11_u64;
        for _ in 0..20_000 {
            let mut header = String::new();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = usize::try_from(state >> 33).unwrap_or(0) % pieces.len();
                header.push_str(pieces.get(place).copied().unwrap_or_default());
            }
            let _ = (metadata(&header), checksum(&header), count(&header));
        }
    }
}
