//! WeCom: `POST /cgi-bin/webhook/send?key=…`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use serde_json::Value;

use super::super::model::MediaKind;
use super::marks::{angled, without_fonts};
use super::{Called, Fault, Posted, Reply, Unfit, What, at, errcode, list, markdown, says, shows, some, text, texts};
use crate::chat::{Block, Button, Card, Field, Header, Link};

/// Bytes of a text.
const TEXT_BYTES_MAX: usize = 2_048;
/// Bytes of Markdown.
const MARKDOWN_BYTES_MAX: usize = 4_096;
/// Bytes of a picture.
const PICTURE_BYTES_MAX: usize = 2 * 1_048_576;
/// The least bytes of a file.
const FILE_BYTES_MIN: usize = 5;
/// Bytes of a voice, and how long it lasts: from here on it is too much.
const VOICE_BYTES_OVER: usize = 2 * 1_048_576 + 1;
const VOICE_MS_OVER: i64 = 60_001;
/// Links of one message.
const ARTICLES_MAX: usize = 8;

/// The answer to a message, as the vendor writes it.
pub(in crate::open) fn answer(outcome: Result<(), &Fault>) -> Reply {
    match outcome {
        Ok(()) => errcode(0, "ok"),
        Err(Fault::Malformed) => errcode(47001, "data format error"),
        Err(Fault::Kind) => errcode(40008, "invalid message type"),
        Err(Fault::Field(field)) => errcode(40058, &format!("invalid Request Parameter: {field}")),
        Err(Fault::Elsewhere(_)) => errcode(40007, "invalid media_id"),
        Err(Fault::Media(unfit)) => {
            let (code, words) = unfit_words(*unfit);
            errcode(code, words)
        }
        Err(Fault::Empty) => errcode(44004, "empty content"),
        Err(Fault::TooLong) => errcode(45002, "content size out of limit"),
        // The key is all the vendor asks for, so these are what a key can lack.
        Err(Fault::Token | Fault::Off | Fault::Dissolved | Fault::Keyword | Fault::Signature | Fault::Clock | Fault::Address(_)) => {
            errcode(93000, "invalid webhook url")
        }
        Err(Fault::TooFast { .. }) => errcode(45009, "api freq out of limit"),
        Err(Fault::Ours) => errcode(-1, "system busy"),
    }
}

fn unfit_words(unfit: Unfit) -> (i64, &'static str) {
    match unfit {
        Unfit::Sort => (40004, "invalid media file type"),
        Unfit::Purpose => (40005, "invalid type"),
        Unfit::TooSmall => (40006, "invalid file size"),
        Unfit::Picture => (40009, "invalid image size"),
        Unfit::Missing => (41005, "media data missing"),
        Unfit::Empty => (44001, "empty media data"),
        Unfit::TooLarge => (45001, "media size out of limit"),
        // The vendor knows no room that is used up; this is the nearest that no tool takes for passing trouble.
        Unfit::NoRoom => (45001, "media size out of limit: no room left"),
        Unfit::Lasting => (45007, "playtime out of limit"),
        Unfit::Sum => (301019, "file md5 mismatch"),
    }
}

/// The answer to an upload that was taken. The vendor writes the time as a text.
pub(in crate::open) fn uploaded(kind: MediaKind, media_id: &str, at_s: i64) -> Reply {
    let media_id = serde_json::to_string(media_id).unwrap_or_default();
    let kind = kind.word();
    Reply::json(200, format!(r#"{{"errcode":0,"errmsg":"ok","type":"{kind}","media_id":{media_id},"created_at":"{at_s}"}}"#))
}

/// What a file is uploaded for, as the address says.
pub(in crate::open) fn purpose(word: &str) -> Result<MediaKind, Fault> {
    MediaKind::from_word(word).ok_or(Fault::Media(Unfit::Purpose))
}

/// Whether a file is what it is uploaded for; how long somebody speaks is told of a voice.
pub(in crate::open) fn fit(kind: MediaKind, bytes: &[u8], voice_ms: Option<i64>) -> Result<(), Fault> {
    let unfit = match (kind, bytes.len(), voice_ms) {
        (_, 0, _) => Unfit::Empty,
        (MediaKind::File, ..FILE_BYTES_MIN, _) => Unfit::TooSmall,
        (MediaKind::File, ..) => return Ok(()),
        (MediaKind::Voice, VOICE_BYTES_OVER.., _) => Unfit::TooLarge,
        (MediaKind::Voice, _, None) => Unfit::Sort,
        (MediaKind::Voice, _, Some(VOICE_MS_OVER..)) => Unfit::Lasting,
        (MediaKind::Voice, _, Some(_)) => return Ok(()),
    };
    Err(Fault::Media(unfit))
}

/// A message of theirs as one of ours.
pub(in crate::open) fn translate(body: &Value) -> Result<Posted, Fault> {
    let mut called = Called::default();
    let what = match text(body, &["msgtype"]).as_str() {
        "text" => {
            let words = within(some(body, &["text", "content"]), TEXT_BYTES_MAX)?;
            let handles = texts(body, &["text", "mentioned_list"]).into_iter().chain(texts(body, &["text", "mentioned_mobile_list"]));
            let (all, handles): (Vec<String>, Vec<String>) = handles.partition(|handle| handle == "@all");
            let (words, named) = angled(&words);
            called = Called { handles: handles.into_iter().chain(named).collect(), all: !all.is_empty() };
            says(words)
        }
        "markdown" => {
            let (words, handles) = angled(&without_fonts(&within(some(body, &["markdown", "content"]), MARKDOWN_BYTES_MAX)?));
            called.handles = handles;
            says(words)
        }
        "markdown_v2" => says(within(some(body, &["markdown_v2", "content"]), MARKDOWN_BYTES_MAX)?),
        "image" => picture(at(body, &["image"]))?,
        "news" => news(list(body, &["news", "articles"]))?,
        "file" => What::Uploaded { media: some(body, &["file", "media_id"]).ok_or(Fault::Elsewhere("media_id"))?, kind: MediaKind::File },
        "voice" => {
            What::Uploaded { media: some(body, &["voice", "media_id"]).ok_or(Fault::Elsewhere("media_id"))?, kind: MediaKind::Voice }
        }
        "template_card" => template(at(body, &["template_card"]))?,
        _ => return Err(Fault::Kind),
    };
    Ok(Posted { what, called })
}

fn within(words: Option<String>, bytes_max: usize) -> Result<String, Fault> {
    let words = words.ok_or(Fault::Empty)?;
    if words.len() > bytes_max { Err(Fault::TooLong) } else { Ok(words) }
}

fn picture(image: &Value) -> Result<What, Fault> {
    let encoded: String = some(image, &["base64"]).ok_or(Fault::Field("base64"))?.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(encoded).map_err(|_| Fault::Field("base64"))?;
    let sum: String = Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    match () {
        () if bytes.is_empty() => Err(Fault::Media(Unfit::Empty)),
        () if bytes.len() > PICTURE_BYTES_MAX => Err(Fault::Media(Unfit::Picture)),
        () if !text(image, &["md5"]).eq_ignore_ascii_case(&sum) => Err(Fault::Media(Unfit::Sum)),
        () if bytes.starts_with(b"\x89PNG") => Ok(What::Picture { name: "image.png", bytes }),
        () if bytes.starts_with(b"\xff\xd8\xff") => Ok(What::Picture { name: "image.jpg", bytes }),
        () => Err(Fault::Media(Unfit::Sort)),
    }
}

fn news(articles: &[Value]) -> Result<What, Fault> {
    if articles.is_empty() || articles.len() > ARTICLES_MAX {
        return Err(Fault::Field("articles"));
    }
    let link = |one: &Value| Link {
        title: text(one, &["title"]),
        url: text(one, &["url"]),
        image: some(one, &["picurl"]),
        description: some(one, &["description"]),
    };
    shows(Card { header: None, blocks: vec![Block::Links { items: articles.iter().map(link).collect() }], summary: String::new() })
}

fn template(card: &Value) -> Result<What, Fault> {
    if !matches!(text(card, &["card_type"]).as_str(), "text_notice" | "news_notice") {
        return Err(Fault::Kind);
    }
    if !at(card, &["card_action"]).is_object() {
        return Err(Fault::Field("card_action"));
    }
    let title = some(card, &["main_title", "title"]).or(some(card, &["source", "desc"]));
    let mut blocks = Vec::new();
    let mut say = |words: Option<String>| blocks.extend(words.map(markdown));
    say(some(card, &["main_title", "desc"]));
    if let Some(number) = some(card, &["emphasis_content", "title"]) {
        say(Some(format!("# {number}\n{}", text(card, &["emphasis_content", "desc"]))));
    }
    say(some(card, &["sub_title_text"]));
    if let Some(words) = some(card, &["quote_area", "quote_text"]).or(some(card, &["quote_area", "title"])) {
        say(Some(words.lines().map(|line| format!("> {line}\n")).collect()));
    }
    if let Some(url) = some(card, &["card_image", "url"]) {
        blocks.push(Block::Image { file_id: None, url: Some(url), alt: String::new(), title: None });
    }
    let area = Link {
        title: text(card, &["image_text_area", "title"]),
        url: text(card, &["image_text_area", "url"]),
        image: some(card, &["image_text_area", "image_url"]),
        description: some(card, &["image_text_area", "desc"]),
    };
    match (area.title.is_empty(), area.url.is_empty()) {
        (true, true) => {}
        (_, false) => blocks.push(Block::Links { items: vec![area] }),
        (false, true) => blocks.push(markdown(format!("**{}**\n{}", area.title, area.description.unwrap_or_default()))),
    }
    for one in list(card, &["vertical_content_list"]) {
        blocks.push(markdown(format!("**{}**\n{}", text(one, &["title"]), text(one, &["desc"]))));
    }
    let field = |one: &Value| Field {
        name: text(one, &["keyname"]),
        value: some(one, &["value"]).unwrap_or_else(|| text(one, &["userid"])),
        short: false,
        url: some(one, &["url"]),
    };
    let items: Vec<Field> = list(card, &["horizontal_content_list"]).iter().map(field).collect();
    blocks.push(Block::Fields { items });
    let button = |text: String, url: Option<String>| Button { text, url, ..Button::default() };
    let mut items: Vec<Button> = list(card, &["jump_list"]).iter().map(|one| button(text(one, &["title"]), some(one, &["url"]))).collect();
    items.push(button("查看详情".to_owned(), some(card, &["card_action", "url"])));
    blocks.push(Block::Buttons { stacked: true, items });
    if let Some(words) = some(card, &["source", "desc"]).filter(|words| Some(words) != title.as_ref()) {
        blocks.push(Block::Note { markdown: words });
    }
    let header = title.map(|title| Header { title, color: Default::default() });
    shows(Card { header, blocks, summary: String::new() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::Said;

    fn card(body: &Value) -> Card {
        match translate(body).map(|posted| posted.what) {
            Ok(What::Said(Said::Card(card))) => *card,
            other => panic!("no card: {other:?}"),
        }
    }

    #[test]
    fn texts_call_people_and_are_bounded() {
        let body = json!({ "msgtype": "text", "text": { "content": "hot", "mentioned_list": ["li.na", "@all"],
            "mentioned_mobile_list": ["13800000000", "@all"] } });
        let posted = translate(&body).expect("a text");
        assert_eq!(posted.called, Called { handles: vec!["li.na".into(), "13800000000".into()], all: true });
        let body = json!({ "msgtype": "markdown", "markdown": { "content": "is <font color=\"warning\">hot</font> <@li.na>" } });
        let posted = translate(&body).expect("a text");
        assert_eq!((posted.what, posted.called.handles), (says("is hot @li.na".to_owned()), vec!["li.na".to_owned()]));
        let body = json!({ "msgtype": "markdown_v2", "markdown_v2": { "content": "| a | b |" } });
        assert_eq!(translate(&body).expect("a text").what, says("| a | b |".to_owned()));
        let long = json!({ "msgtype": "text", "text": { "content": "x".repeat(2_049) } });
        assert_eq!(translate(&long), Err(Fault::TooLong));
        let long = json!({ "msgtype": "markdown", "markdown": { "content": "砖".repeat(1_366) } });
        assert_eq!(translate(&long), Err(Fault::TooLong));
    }

    #[test]
    fn a_picture_is_what_its_sum_says() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        let sum: String = Md5::digest(png).iter().map(|byte| format!("{byte:02x}")).collect();
        let image = |base64: &str, md5: &str| translate(&json!({ "msgtype": "image", "image": { "base64": base64, "md5": md5 } }));
        assert_eq!(
            image(&STANDARD.encode(png), &sum).map(|posted| posted.what),
            Ok(What::Picture { name: "image.png", bytes: png.to_vec() })
        );
        assert_eq!(image(&STANDARD.encode(png), "00"), Err(Fault::Media(Unfit::Sum)));
        assert_eq!(image(&STANDARD.encode("GIF89a"), "00"), Err(Fault::Media(Unfit::Sum)));
        assert_eq!(image("***", &sum), Err(Fault::Field("base64")));
        let file = translate(&json!({ "msgtype": "file", "file": { "media_id": "m1" } })).map(|posted| posted.what);
        assert_eq!(file, Ok(What::Uploaded { media: "m1".into(), kind: MediaKind::File }));
        let voice = translate(&json!({ "msgtype": "voice", "voice": { "media_id": "m1" } })).map(|posted| posted.what);
        assert_eq!(voice, Ok(What::Uploaded { media: "m1".into(), kind: MediaKind::Voice }));
    }

    #[test]
    fn news_and_templates_become_cards() {
        let news = card(&json!({ "msgtype": "news", "news": { "articles": [
            { "title": "One", "description": "d", "url": "https://k.example/1", "picurl": "https://k.example/1.png" }] } }));
        assert!(matches!(&news.blocks[..], [Block::Links { items }] if items.len() == 1));
        let template = card(&json!({ "msgtype": "template_card", "template_card": { "card_type": "text_notice",
            "source": { "desc": "Kilns" }, "main_title": { "title": "Kiln 3", "desc": "is hot" },
            "emphasis_content": { "title": "1200", "desc": "degrees" }, "sub_title_text": "Look after it",
            "quote_area": { "quote_text": "Ben: hot\nAnna: very" },
            "horizontal_content_list": [{ "keyname": "Who", "value": "Ben" }, { "keyname": "Where", "value": "site", "type": 1, "url": "https://k.example" }],
            "jump_list": [{ "type": 1, "title": "Site", "url": "https://k.example" }],
            "card_action": { "type": 1, "url": "https://k.example/3" } } }));
        assert_eq!(template.header.map(|header| header.title), Some("Kiln 3".to_owned()));
        assert_eq!(template.blocks.len(), 7, "{:#?}", template.blocks);
        let interactive = json!({ "msgtype": "template_card", "template_card": { "card_type": "vote_interaction", "card_action": {} } });
        assert_eq!(translate(&interactive), Err(Fault::Kind));
        assert_eq!(answer(Err(&Fault::Token)).body, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#);
    }
}
