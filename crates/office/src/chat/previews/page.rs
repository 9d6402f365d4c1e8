//! What a page says about itself in its head. Pure: it reads strangers' bytes and must never fail on any.

use encoding_rs::{Encoding, UTF_8};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Characters that are kept of each line.
const TITLE_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 400;
const SITE_CHARS_MAX: usize = 100;
/// Where a page says how it is written, if it says so.
const CHARSET_BYTES: usize = 1_024;
/// Tags that are read before it is given up.
const TOKENS_MAX: usize = 20_000;

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) site: String,
}

/// Reads the beginning of a page. Nothing when it has no title.
pub(super) fn read(bytes: &[u8], content_type: &str) -> Option<Page> {
    let (text, _, _) = charset(bytes, content_type).decode(bytes);
    let mut found = Found::default();
    let mut in_title = false;
    let mut emitter = DefaultEmitter::default();
    // So that what scripts and styles say is not taken for tags.
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(text.as_ref(), emitter).take(TOKENS_MAX) {
        match token {
            Token::StartTag(tag) if *tag.name == *b"body" => break,
            Token::StartTag(tag) if *tag.name == *b"title" => in_title = true,
            Token::StartTag(tag) if *tag.name == *b"meta" => found.note(&tag),
            Token::EndTag(tag) if *tag.name == *b"head" => break,
            Token::EndTag(tag) if *tag.name == *b"title" => in_title = false,
            Token::String(words) if in_title && found.title.is_empty() => found.title = String::from_utf8_lossy(&words).into_owned(),
            Token::StartTag(_) | Token::EndTag(_) | Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    let page = found.page();
    (!page.title.is_empty()).then_some(page)
}

/// How the page is written: as its server says, as it says itself, or as most are.
fn charset(bytes: &[u8], content_type: &str) -> &'static Encoding {
    let head = String::from_utf8_lossy(bytes.get(..CHARSET_BYTES.min(bytes.len())).unwrap_or_default());
    let named = |text: &str| {
        let text = text.to_ascii_lowercase();
        let (_, name) = text.split_once("charset=")?;
        let name = name.trim_start_matches(['"', '\'', ' ']);
        let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_')).unwrap_or(name.len());
        Encoding::for_label(name.get(..end)?.as_bytes())
    };
    named(content_type).or_else(|| named(&head)).unwrap_or(UTF_8)
}

#[derive(Debug, Default)]
struct Found {
    title: String,
    og_title: String,
    description: String,
    og_description: String,
    site: String,
}

impl Found {
    fn note(&mut self, tag: &StartTag<()>) {
        let of = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
        let (property, name, content) = (of(b"property"), of(b"name"), of(b"content"));
        let key = if property.is_empty() { name } else { property };
        let place = match key.to_ascii_lowercase().as_str() {
            "og:title" => &mut self.og_title,
            "og:description" => &mut self.og_description,
            "og:site_name" => &mut self.site,
            "description" => &mut self.description,
            _ => return,
        };
        if place.is_empty() {
            *place = content;
        }
    }

    fn page(self) -> Page {
        let first = |one: String, other: String| if one.trim().is_empty() { other } else { one };
        Page {
            title: line(&first(self.og_title, self.title), TITLE_CHARS_MAX),
            description: line(&first(self.og_description, self.description), DESCRIPTION_CHARS_MAX),
            site: line(&self.site, SITE_CHARS_MAX),
        }
    }
}

/// One line of plain text: spaces are one, and nothing turns the direction of what follows.
fn line(text: &str, chars_max: usize) -> String {
    let is_plain =
        |letter: &char| !letter.is_control() && !matches!(u32::from(*letter), 0x200b..=0x200f | 0x202a..=0x202e | 0x2066..=0x2069);
    let words: Vec<String> = text.split_whitespace().map(|word| word.chars().filter(is_plain).collect()).collect();
    let whole = words.join(" ");
    let mut short: String = whole.chars().take(chars_max).collect();
    if short.len() < whole.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Option<(String, String, String)> {
        read(html.as_bytes(), "text/html").map(|Page { title, description, site }| (title, description, site))
    }

    fn some(title: &str, description: &str, site: &str) -> Option<(String, String, String)> {
        Some((title.to_owned(), description.to_owned(), site.to_owned()))
    }

    #[test]
    fn a_page_says_what_it_is_called() {
        assert_eq!(page("<title>Kiln &amp; Co</title>"), some("Kiln & Co", "", ""));
        let whole = "<!doctype html><html><head><title>Plain</title><meta name=description content='Short words'>
            <meta property='og:title' content='Kiln'><META PROPERTY=og:description CONTENT=\"All about\n kilns\"><meta property=og:site_name content=窑></head>";
        assert_eq!(page(whole), some("Kiln", "All about kilns", "窑"));
    }

    #[test]
    fn only_the_head_is_read_and_scripts_are_not() {
        assert_eq!(page("<script>var a = '<title>no</title>'</script><title>yes</title>"), some("yes", "", ""));
        assert_eq!(page("<head></head><body><title>no</title>"), None);
        assert_eq!(page("<title> </title>"), None);
        assert_eq!(page("hello"), None);
    }

    #[test]
    fn other_alphabets_are_read() {
        let gbk = encoding_rs::GBK.encode("<meta charset=gbk><title>窑炉</title>").0.into_owned();
        let title = |bytes: &[u8], kind: &str| read(bytes, kind).map(|page| page.title);
        assert_eq!(title(&gbk, "text/html").as_deref(), Some("窑炉"));
        let bare = encoding_rs::GBK.encode("<title>窑炉</title>").0.into_owned();
        assert_eq!(title(&bare, "text/html; charset=GB2312").as_deref(), Some("窑炉"));
    }

    #[test]
    fn what_a_stranger_writes_is_one_plain_short_line() {
        assert_eq!(page("<title>a\u{202e}b\u{0}c\u{200b}d</title>").map(|page| page.0.replace('\u{fffd}', "")), Some("abcd".to_owned()));
        let long = page(&format!("<title>{}</title>", "窑".repeat(1_000))).expect("a title").0;
        assert_eq!(long.chars().count(), TITLE_CHARS_MAX + 1);
        for bytes in [&b"\xff\xfe<title"[..], b"<", b"<title>\xff", b"<meta content=", b""] {
            let _ = read(bytes, "text/html; charset=");
        }
    }
}
