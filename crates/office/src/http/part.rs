//! One file within a request, as forms send it or as the body itself.

use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use kernel::Error;

use super::extract::{Raw, in_time, malformed, refuse_announced, too_large};

/// Bytes around the file in a form: boundaries, headers, other fields.
const AROUND_BYTES_MAX: usize = 65_536;
/// Fields of a form that are looked at.
const FIELDS_MAX: usize = 20;

/// A file that somebody sends.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Empty when nothing is said.
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

impl Raw {
    /// Whether the body is a form with files.
    pub(crate) fn is_form(&self) -> bool {
        self.content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
    }

    /// The field of that name in a form, if it has no more than `max` bytes; nothing when there is no such field. Nothing is
    /// kept of the others.
    pub(crate) async fn part(self, field: &str, max: usize) -> Result<Option<Part>, Error> {
        refuse_announced(self.announced, max.saturating_add(AROUND_BYTES_MAX))?;
        in_time(read(self, field, max)).await?
    }
}

async fn read(raw: Raw, wanted: &str, max: usize) -> Result<Option<Part>, Error> {
    let mut request = Request::new(raw.body);
    let header = HeaderValue::from_str(&raw.content_type).map_err(|_| malformed("Content-Type"))?;
    request.headers_mut().insert(CONTENT_TYPE, header);
    DefaultBodyLimit::max(max.saturating_add(AROUND_BYTES_MAX)).apply(&mut request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|e| malformed(&e.body_text()))?;
    for _ in 0..FIELDS_MAX {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some(wanted) => return whole(field, max).await.map(Some),
            Ok(Some(_)) => {}
            Ok(None) => return Ok(None),
            Err(e) if e.status().as_u16() == 413 => return Err(too_large()),
            Err(e) => return Err(malformed(&e.body_text())),
        }
    }
    Ok(None)
}

async fn whole(mut field: Field<'_>, max: usize) -> Result<Part, Error> {
    let name = field.file_name().map(str::to_owned).or_else(|| extended_name(field.headers())).unwrap_or_default();
    let media_type = field.content_type().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    loop {
        match field.chunk().await {
            Ok(Some(piece)) if bytes.len() + piece.len() > max => return Err(too_large()),
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => return Ok(Part { name, media_type, bytes: bytes.into() }),
            Err(e) if e.status().as_u16() == 413 => return Err(too_large()),
            Err(e) => return Err(malformed(&e.body_text())),
        }
    }
}

/// The name as RFC 5987 has it, which is how some clients write what is not ASCII: `filename*=utf-8''%E7%AA%91.txt`.
fn extended_name(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(CONTENT_DISPOSITION)?.to_str().ok()?;
    let parameter =
        header.split(';').map(str::trim).find(|part| part.get(..10).is_some_and(|key| key.eq_ignore_ascii_case("filename*=")))?;
    let (charset, rest) = parameter.get(10..)?.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    if charset.eq_ignore_ascii_case("utf-8") { unescaped(encoded) } else { None }
}

/// A text without its percent signs; nothing when it is no text.
fn unescaped(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| *first == b'%');
        match digits.map(|digits| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            Some(Some(byte)) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            Some(None) => return None,
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(disposition: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(disposition).expect("a header"));
        extended_name(&headers)
    }

    #[test]
    fn names_that_are_not_ascii_are_read() {
        assert_eq!(named("form-data; name=\"media\"; filename*=UTF-8''%E7%AA%91.txt").as_deref(), Some("窑.txt"));
        for rubbish in ["form-data", "form-data; filename*=utf-8", "form-data; filename*=utf-8''%zz", "a; filename*=utf-8''%FF"] {
            assert_eq!(named(rubbish), None, "{rubbish}");
        }
        assert_eq!(named("a; filename*=utf-8''100%").as_deref(), Some("100%"));
    }
}
