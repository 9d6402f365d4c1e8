//! What files are called, and what their names say of them. Pure.

use super::errors::Refused;
use super::model::Family;

/// Bytes of a name, as most file systems have it.
const NAME_BYTES_MAX: usize = 240;
/// Numbers that are tried for a name that is taken.
pub(super) const NUMBERS_MAX: u32 = 1_000;

/// A name as it is kept: the last part of a path, without what no file system takes. Nothing is left of a name that says
/// where it lies instead.
pub(super) fn safe(text: &str) -> Result<String, Refused> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|letter| !is_unsafe(*letter)).collect();
    let clean = clean.trim().trim_end_matches('.').trim_end();
    let mut name = clean.to_owned();
    if name.len() > NAME_BYTES_MAX {
        let (stem, ending) = split(clean);
        let ending = ending.get(..ending.len().min(20)).unwrap_or_default();
        let room = NAME_BYTES_MAX - ending.len();
        name = format!("{}{ending}", cut(stem, room));
    }
    match name.is_empty() || name.chars().all(|letter| letter == '.') {
        true => Err(Refused::Field("name")),
        false => Ok(name),
    }
}

/// Characters that end a line, hide, turn the direction of reading round, or mean something to a file system.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*')
        || matches!(u32::from(letter), 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x2069 | 0xfeff | 0xfff9..=0xfffb)
}

fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// By what two names are the same: the case of letters does not count.
pub(super) fn key(name: &str) -> String {
    name.to_lowercase()
}

/// The name with a number before its ending: `plan (2).pdf`.
pub(super) fn numbered(name: &str, number: u32) -> String {
    if number < 2 {
        return name.to_owned();
    }
    let (stem, ending) = split(name);
    format!("{stem} ({number}){ending}")
}

/// The stem and the ending with its dot; names such as `.profile` have no ending.
fn split(name: &str) -> (&str, &str) {
    let double = [".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst"];
    let lower = name.to_ascii_lowercase();
    if let Some(ending) = double.iter().find(|ending| lower.ends_with(**ending)) {
        let (stem, ending) = name.split_at_checked(name.len() - ending.len()).unwrap_or((name, ""));
        if !stem.is_empty() {
            return (stem, ending);
        }
    }
    match name.rfind('.') {
        Some(at) if at > 0 => name.split_at_checked(at).unwrap_or((name, "")),
        _ => (name, ""),
    }
}

/// What is shown as such, by the ending of the name.
const TYPES: &[(&str, &str, Family)] = &[
    ("png", "image/png", Family::Image),
    ("jpg", "image/jpeg", Family::Image),
    ("jpeg", "image/jpeg", Family::Image),
    ("webp", "image/webp", Family::Image),
    ("gif", "image/gif", Family::Image),
    ("bmp", "image/bmp", Family::Image),
    ("avif", "image/avif", Family::Image),
    ("heic", "image/heic", Family::Image),
    ("tif", "image/tiff", Family::Image),
    ("tiff", "image/tiff", Family::Image),
    ("ico", "image/x-icon", Family::Image),
    ("svg", "image/svg+xml", Family::Image),
    ("mp4", "video/mp4", Family::Video),
    ("m4v", "video/mp4", Family::Video),
    ("webm", "video/webm", Family::Video),
    ("mov", "video/quicktime", Family::Video),
    ("mkv", "video/x-matroska", Family::Video),
    ("avi", "video/x-msvideo", Family::Video),
    ("mp3", "audio/mpeg", Family::Audio),
    ("m4a", "audio/mp4", Family::Audio),
    ("aac", "audio/aac", Family::Audio),
    ("ogg", "audio/ogg", Family::Audio),
    ("oga", "audio/ogg", Family::Audio),
    ("opus", "audio/ogg", Family::Audio),
    ("wav", "audio/wav", Family::Audio),
    ("flac", "audio/flac", Family::Audio),
    ("weba", "audio/webm", Family::Audio),
    ("pdf", "application/pdf", Family::Pdf),
    ("txt", "text/plain", Family::Text),
    ("md", "text/markdown", Family::Text),
    ("csv", "text/csv", Family::Text),
    ("log", "text/plain", Family::Text),
    ("rtf", "application/rtf", Family::Office),
    ("html", "text/html", Family::Code),
    ("htm", "text/html", Family::Code),
    ("xhtml", "application/xhtml+xml", Family::Code),
    ("css", "text/css", Family::Code),
    ("js", "text/javascript", Family::Code),
    ("mjs", "text/javascript", Family::Code),
    ("ts", "text/plain", Family::Code),
    ("tsx", "text/plain", Family::Code),
    ("jsx", "text/plain", Family::Code),
    ("json", "application/json", Family::Code),
    ("xml", "application/xml", Family::Code),
    ("yaml", "application/yaml", Family::Code),
    ("yml", "application/yaml", Family::Code),
    ("toml", "text/plain", Family::Code),
    ("rs", "text/plain", Family::Code),
    ("py", "text/plain", Family::Code),
    ("java", "text/plain", Family::Code),
    ("kt", "text/plain", Family::Code),
    ("go", "text/plain", Family::Code),
    ("c", "text/plain", Family::Code),
    ("h", "text/plain", Family::Code),
    ("cpp", "text/plain", Family::Code),
    ("cs", "text/plain", Family::Code),
    ("rb", "text/plain", Family::Code),
    ("php", "text/plain", Family::Code),
    ("sh", "text/plain", Family::Code),
    ("sql", "text/plain", Family::Code),
    ("vue", "text/plain", Family::Code),
    ("swift", "text/plain", Family::Code),
    ("zip", "application/zip", Family::Archive),
    ("7z", "application/x-7z-compressed", Family::Archive),
    ("rar", "application/vnd.rar", Family::Archive),
    ("tar", "application/x-tar", Family::Archive),
    ("gz", "application/gzip", Family::Archive),
    ("tgz", "application/gzip", Family::Archive),
    ("xz", "application/x-xz", Family::Archive),
    ("bz2", "application/x-bzip2", Family::Archive),
    ("zst", "application/zstd", Family::Archive),
    ("doc", "application/msword", Family::Office),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Family::Office),
    ("xls", "application/vnd.ms-excel", Family::Office),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Family::Office),
    ("ppt", "application/vnd.ms-powerpoint", Family::Office),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", Family::Office),
    ("odt", "application/vnd.oasis.opendocument.text", Family::Office),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", Family::Office),
    ("odp", "application/vnd.oasis.opendocument.presentation", Family::Office),
    ("wps", "application/vnd.ms-works", Family::Office),
];

/// What a file is by its name, and where that says nothing by what its sender declares, as far as that is harmless.
pub(super) fn kind_of(name: &str, declared: &str) -> (&'static str, Family) {
    let ending = split(name).1.trim_start_matches('.').to_ascii_lowercase();
    // A recording of sound bears the same ending as one with pictures.
    if ending == "webm" && declared.starts_with("audio/webm") {
        return ("audio/webm", Family::Audio);
    }
    if let Some((_, media_type, family)) = TYPES.iter().find(|(known, ..)| *known == ending) {
        return (media_type, *family);
    }
    let declared = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let harmless = TYPES.iter().find(|(_, media_type, family)| {
        *media_type == declared && is_shown(media_type) && matches!(family, Family::Image | Family::Video | Family::Audio | Family::Pdf)
    });
    harmless.map_or(("application/octet-stream", Family::Other), |(_, media_type, family)| (media_type, *family))
}

/// Whether a browser may show that type by itself: pictures, films and sounds without a script, and PDF.
pub(super) fn is_shown(media_type: &str) -> bool {
    match media_type.split_once('/') {
        Some(("image", kind)) => matches!(kind, "png" | "jpeg" | "webp" | "gif" | "bmp" | "avif"),
        Some(("video" | "audio", _)) => true,
        Some(("application", "pdf")) => true,
        _ => false,
    }
}

/// Whether it is shown as a text, whatever it means to whom it is made for.
pub(super) fn is_text(family: Family, media_type: &str) -> bool {
    matches!(family, Family::Text | Family::Code) || media_type == "image/svg+xml"
}

/// How a download is named in a header, for old and new clients.
pub(super) fn disposition(name: &str, is_attachment: bool) -> String {
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let mut coded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => coded.push(char::from(byte)),
            _ => coded.push_str(&format!("%{byte:02X}")),
        }
    }
    let how = if is_attachment { "attachment" } else { "inline" };
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{coded}")
}

fn is_plain(letter: char) -> bool {
    (letter.is_ascii_graphic() || letter == ' ') && !matches!(letter, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_harmless() {
        assert_eq!(safe("C:\\Users\\olga\\plan.pdf").as_deref(), Ok("plan.pdf"));
        assert_eq!(safe("../../etc/passwd").as_deref(), Ok("passwd"));
        assert_eq!(safe(" a\u{202e}fdp.exe\n ").as_deref(), Ok("afdp.exe"));
        assert_eq!(safe("报价单 2026.xlsx").as_deref(), Ok("报价单 2026.xlsx"));
        assert_eq!(safe("what?*.txt...").as_deref(), Ok("what.txt"));
        for nothing in ["", "..", "/", "a/", "\u{200b}", "   "] {
            assert!(safe(nothing).is_err(), "{nothing:?}");
        }
        let long = safe(&format!("{}.docx", "长".repeat(300))).expect("cut");
        assert!(long.len() <= NAME_BYTES_MAX && long.ends_with(".docx"), "{long}");
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        assert_eq!(numbered("plan.pdf", 1), "plan.pdf");
        assert_eq!(numbered("plan.pdf", 2), "plan (2).pdf");
        assert_eq!(numbered("logs.tar.gz", 3), "logs (3).tar.gz");
        assert_eq!(numbered(".profile", 2), ".profile (2)");
        assert_eq!(numbered("窑炉", 2), "窑炉 (2)");
    }

    #[test]
    fn what_a_sender_declares_makes_nothing_executable() {
        assert_eq!(kind_of("a.HTML", "image/png"), ("text/html", Family::Code));
        assert_eq!(kind_of("photo", "image/png"), ("image/png", Family::Image));
        assert_eq!(kind_of("page", "text/html"), ("application/octet-stream", Family::Other));
        assert_eq!(kind_of("voice.webm", "audio/webm;codecs=opus"), ("audio/webm", Family::Audio));
        assert!(!is_shown("image/svg+xml") && !is_shown("text/html") && is_shown("image/png"));
    }

    #[test]
    fn names_in_headers_are_coded() {
        assert_eq!(disposition("a\"b.txt", true), "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt");
        assert!(disposition("报价.pdf", false).starts_with("inline; filename=\"__.pdf\"; filename*=UTF-8''%E6"));
    }
}
