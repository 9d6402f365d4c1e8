//! Slack and Mattermost: `POST /services/{T}/{B}/{X}` and `/hooks/{id}`.

use serde_json::Value;

use super::marks::from_slack;
use super::{Called, Fault, Posted, Reply, What, at, flag, list, read, shows, some, text};
use crate::chat::{Block, Button, Card, Colour, Field, Header, Link, Said, Style};

/// The answer to a message, as the vendor writes it.
pub(in crate::open) fn answer(outcome: Result<(), &Fault>) -> Reply {
    match outcome {
        Ok(()) => Reply::plain(200, "ok"),
        Err(Fault::Empty) => Reply::plain(400, "no_text"),
        Err(Fault::Malformed | Fault::Kind | Fault::Field(_) | Fault::Media(_) | Fault::Elsewhere(_)) => {
            Reply::plain(400, "invalid_payload")
        }
        Err(Fault::TooLong) => Reply::plain(413, "invalid_payload"),
        Err(Fault::Token) => Reply::plain(404, "no_service"),
        Err(Fault::Off | Fault::Keyword | Fault::Address(_)) => Reply::plain(403, "action_prohibited"),
        Err(Fault::Signature | Fault::Clock) => Reply::plain(403, "invalid_token"),
        Err(Fault::Dissolved) => Reply::plain(410, "channel_is_archived"),
        Err(Fault::TooFast { retry_after_s }) => Reply { retry_after_s: Some(*retry_after_s), ..Reply::plain(429, "rate_limited") },
        Err(Fault::Ours) => Reply::plain(500, "rollup_error"),
    }
}

/// The body of a message: JSON, or a form whose field `payload` holds JSON. Tools forget to say which.
pub(in crate::open) fn body(content_type: &str, bytes: &[u8]) -> Result<Value, Fault> {
    let is_form = content_type.starts_with("application/x-www-form-urlencoded") || bytes.starts_with(b"payload=");
    if !is_form {
        return read(bytes);
    }
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| Fault::Malformed)?;
    let payload = fields.into_iter().find(|(name, _)| name == "payload");
    match payload {
        Some((_, payload)) => read(payload.as_bytes()),
        // curl sends JSON as a form when nothing else is said.
        None => read(bytes),
    }
}

/// How texts are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::open) enum Dialect {
    Slack,
    /// Markdown, with names after an `@`.
    Mattermost,
}

/// Texts as they are read, and whom they call.
struct Reader {
    dialect: Dialect,
    called: Called,
}

impl Reader {
    fn words(&mut self, words: &str) -> String {
        let (words, handles, all) = from_slack(words, self.dialect == Dialect::Mattermost);
        self.called.handles.extend(handles);
        self.called.all |= all;
        if self.dialect == Dialect::Mattermost {
            self.names(&words);
        }
        words
    }

    fn names(&mut self, words: &str) {
        let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
        for after in words.split('@').skip(1) {
            let name = after.split(|letter| !is_letter(letter)).next().unwrap_or_default().trim_end_matches('.');
            match name {
                "" => {}
                "all" | "channel" | "here" => self.called.all = true,
                name => self.called.handles.push(name.to_owned()),
            }
        }
    }

    /// A text object: `plain_text` is taken as it is.
    fn object(&mut self, value: &Value) -> String {
        match value {
            Value::String(words) => self.words(words),
            value if text(value, &["type"]) == "plain_text" => text(value, &["text"]),
            value => self.words(&text(value, &["text"])),
        }
    }
}

/// A message of theirs as one of ours.
pub(in crate::open) fn translate(body: &Value, dialect: Dialect) -> Result<Posted, Fault> {
    let mut reader = Reader { dialect, called: Called::default() };
    let (blocks, attachments) = (list(body, &["blocks"]), list(body, &["attachments"]));
    let words = some(body, &["text"]).map(|words| reader.words(&words));
    if blocks.is_empty() && attachments.is_empty() {
        let what = What::Said(Said::Text(words.ok_or(Fault::Empty)?));
        return Ok(Posted { what, called: reader.called });
    }
    let mut card = Card { header: None, blocks: Vec::new(), summary: words.clone().unwrap_or_default() };
    // Where there are blocks, the text is for lists only.
    if blocks.is_empty() {
        card.blocks.extend(words.map(|markdown| Block::Text { markdown }));
    }
    add_blocks(blocks, &mut reader, &mut card);
    for attachment in attachments {
        add_attachment(attachment, &mut reader, &mut card);
    }
    Ok(Posted { what: shows(card)?, called: reader.called })
}

fn add_blocks(blocks: &[Value], reader: &mut Reader, card: &mut Card) {
    for block in blocks {
        match text(block, &["type"]).as_str() {
            "header" if card.header.is_none() && card.blocks.is_empty() => {
                card.header = some(block, &["text", "text"]).map(|title| Header { title, color: Colour::default() });
            }
            "header" => card.blocks.push(Block::Text { markdown: format!("**{}**", text(block, &["text", "text"])) }),
            "section" => section(block, reader, card),
            "divider" => card.blocks.push(Block::Divider {}),
            "image" => card.blocks.push(image(block)),
            "context" => {
                let parts = list(block, &["elements"]).iter().map(|part| match text(part, &["type"]).as_str() {
                    "image" => text(part, &["alt_text"]),
                    _ => reader.object(part),
                });
                card.blocks.push(Block::Note { markdown: parts.collect::<Vec<_>>().join(" ") });
            }
            "actions" => card.blocks.extend(buttons(list(block, &["elements"]))),
            "markdown" => card.blocks.push(Block::Text { markdown: text(block, &["text"]) }),
            "rich_text" => card.blocks.push(Block::Text { markdown: rich(block, reader, 8) }),
            _ => {}
        }
    }
}

fn section(block: &Value, reader: &mut Reader, card: &mut Card) {
    let words = reader.object(at(block, &["text"]));
    if !words.is_empty() {
        card.blocks.push(Block::Text { markdown: words });
    }
    let mut items = Vec::new();
    for one in list(block, &["fields"]) {
        items.push(Field { name: String::new(), value: reader.object(one), short: true, url: None });
    }
    if !items.is_empty() {
        card.blocks.push(Block::Fields { items });
    }
    let accessory = at(block, &["accessory"]);
    match text(accessory, &["type"]).as_str() {
        "image" => card.blocks.push(image(accessory)),
        _ => card.blocks.extend(buttons(std::slice::from_ref(accessory))),
    }
}

fn image(block: &Value) -> Block {
    Block::Image {
        file_id: None,
        url: some(block, &["image_url"]),
        alt: text(block, &["alt_text"]),
        title: some(block, &["title", "text"]),
    }
}

/// Buttons that open an address. Those that call the tool back have nobody to call: a robot has no ear.
fn buttons(elements: &[Value]) -> Option<Block> {
    let button = |one: &Value| Button {
        text: some(one, &["text", "text"]).unwrap_or_else(|| text(one, &["text"])),
        style: match text(one, &["style"]).as_str() {
            "primary" => Style::Primary,
            "danger" => Style::Danger,
            _ => Style::Default,
        },
        url: some(one, &["url"]),
        ..Button::default()
    };
    let items: Vec<Button> = elements.iter().map(button).filter(|button| button.url.is_some()).collect();
    (!items.is_empty()).then_some(Block::Buttons { stacked: false, items })
}

/// What a rich text says, without its styles.
fn rich(element: &Value, reader: &mut Reader, depth: usize) -> String {
    let Some(deeper) = depth.checked_sub(1) else { return String::new() };
    let mut words = match text(element, &["type"]).as_str() {
        "user" => {
            let handle = text(element, &["user_id"]);
            reader.called.handles.push(handle.clone());
            format!("@{handle}")
        }
        "broadcast" => {
            reader.called.all = true;
            "@所有人".to_owned()
        }
        "link" => match some(element, &["text"]) {
            Some(label) => format!("[{label}]({})", text(element, &["url"])),
            None => text(element, &["url"]),
        },
        "emoji" => format!(":{}:", text(element, &["name"])),
        _ => text(element, &["text"]),
    };
    for part in list(element, &["elements"]) {
        words.push_str(&rich(part, reader, deeper));
        if text(part, &["type"]) == "rich_text_section" {
            words.push('\n');
        }
    }
    words
}

fn add_attachment(attachment: &Value, reader: &mut Reader, card: &mut Card) {
    let colour = colour(&text(attachment, &["color"]));
    let title = some(attachment, &["title"]).map(|title| reader.words(&title));
    let link = some(attachment, &["title_link"]);
    let is_head = card.header.is_none() && card.blocks.is_empty();
    let mut say = |words: Option<String>| card.blocks.extend(words.map(|markdown| Block::Text { markdown }));
    say(some(attachment, &["pretext"]).map(|words| reader.words(&words)));
    say(some(attachment, &["author_name"]));
    match (&title, &link) {
        (Some(title), _) if is_head => card.header = Some(Header { title: title.clone(), color: colour }),
        (Some(title), Some(link)) => say(Some(format!("**[{title}]({link})**"))),
        (Some(title), None) => say(Some(format!("**{title}**"))),
        (None, _) => {}
    }
    let body = some(attachment, &["text"]).or_else(|| some(attachment, &["fallback"]).filter(|_| title.is_none()));
    let has_blocks = !list(attachment, &["blocks"]).is_empty();
    if let Some(words) = body.filter(|_| !has_blocks) {
        let markdown = reader.words(&words);
        card.blocks.push(Block::Text { markdown });
    }
    add_blocks(list(attachment, &["blocks"]), reader, card);
    let mut items = Vec::new();
    for one in list(attachment, &["fields"]) {
        let value = reader.words(&text(one, &["value"]));
        items.push(Field { name: text(one, &["title"]), value, short: flag(one, &["short"]), url: None });
    }
    if !items.is_empty() {
        card.blocks.push(Block::Fields { items });
    }
    for key in ["image_url", "thumb_url"] {
        let url = some(attachment, &[key]);
        card.blocks.extend(url.map(|url| Block::Image { file_id: None, url: Some(url), alt: String::new(), title: None }));
    }
    card.blocks.extend(buttons(list(attachment, &["actions"])));
    if let (Some(title), Some(url), true) = (title, link, is_head) {
        card.blocks.push(Block::Links { items: vec![Link { title, url, image: None, description: None }] });
    }
    card.blocks.extend(some(attachment, &["footer"]).map(|markdown| Block::Note { markdown }));
}

/// The nearest of our colours.
fn colour(word: &str) -> Colour {
    match word {
        "good" => return Colour::Green,
        "warning" => return Colour::Orange,
        "danger" => return Colour::Red,
        _ => {}
    }
    let Ok(number) = u32::from_str_radix(word.trim_start_matches('#'), 16) else { return Colour::Grey };
    let [_, red, green, blue] = number.to_be_bytes();
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    match () {
        () if word.trim_start_matches('#').len() != 6 || most - least < 32 => Colour::Grey,
        () if most == red && green > 110 => Colour::Orange,
        () if most == red && blue > 110 => Colour::Purple,
        () if most == red => Colour::Red,
        () if most == green => Colour::Green,
        () if red > 110 => Colour::Purple,
        () => Colour::Blue,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn card(body: &Value) -> (Card, Called) {
        match translate(body, Dialect::Slack) {
            Ok(Posted { what: What::Said(Said::Card(card)), called }) => (*card, called),
            other => panic!("no card: {other:?}"),
        }
    }

    #[test]
    fn a_text_is_a_text_in_both_dialects() {
        let body = json!({ "text": "*hot* <@li.na> <!channel>", "channel": "#x", "username": "y", "icon_emoji": ":x:" });
        let posted = translate(&body, Dialect::Slack).expect("a text");
        assert_eq!(posted.what, What::Said(Said::Text("**hot** @li.na @所有人".to_owned())));
        assert_eq!(posted.called, Called { handles: vec!["li.na".into()], all: true });
        let posted = translate(&json!({ "text": "**hot** @li.na. @here" }), Dialect::Mattermost).expect("a text");
        assert_eq!(posted.called, Called { handles: vec!["li.na".into()], all: true });
        assert_eq!(posted.what, What::Said(Said::Text("**hot** @li.na. @here".to_owned())));
    }

    #[test]
    fn blocks_become_a_card() {
        let (card, called) = card(&json!({ "text": "Kiln 3 is hot", "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "Kiln 3" } },
            { "type": "section", "text": { "type": "mrkdwn", "text": "is *hot* <@U1>" }, "fields": [{ "type": "mrkdwn", "text": "*Who*\nBen" }],
              "accessory": { "type": "button", "text": { "type": "plain_text", "text": "Open" }, "url": "https://k.example" } },
            { "type": "divider" }, { "type": "image", "image_url": "https://k.example/3.png", "alt_text": "three" },
            { "type": "context", "elements": [{ "type": "mrkdwn", "text": "small" }, { "type": "image", "alt_text": "x" }] },
            { "type": "actions", "elements": [{ "type": "button", "text": { "text": "Site" }, "url": "https://k.example", "style": "danger" },
                { "type": "button", "text": { "text": "Back" }, "action_id": "a" }] },
            { "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [{ "type": "text", "text": "rich" }] }] },
            { "type": "video" }] }));
        assert_eq!((card.summary.as_str(), card.blocks.len()), ("Kiln 3 is hot", 8), "{:#?}", card.blocks);
        assert_eq!(called.handles, ["U1"]);
    }

    #[test]
    fn attachments_become_a_card() {
        let (card, _) = card(&json!({ "attachments": [{ "color": "#D63232", "title": "Alert", "title_link": "https://g.example",
            "text": "kiln &gt; 1200", "fields": [{ "title": "Who", "value": "Ben", "short": true }], "footer": "Grafana", "ts": 1 }] }));
        assert_eq!(card.header, Some(Header { title: "Alert".into(), color: Colour::Red }));
        assert_eq!(card.blocks.len(), 4, "{:#?}", card.blocks);
        assert_eq!(card.blocks[0], Block::Text { markdown: "kiln > 1200".into() });
        for (word, wanted) in
            [("good", Colour::Green), ("#439FE0", Colour::Blue), ("#fff", Colour::Grey), ("x", Colour::Grey), ("ffa500", Colour::Orange)]
        {
            assert_eq!(colour(word), wanted, "{word}");
        }
    }

    #[test]
    fn bodies_are_json_or_a_form() {
        let wanted = json!({ "text": "a & b" });
        assert_eq!(body("application/json", br#"{"text":"a & b"}"#), Ok(wanted.clone()));
        assert_eq!(body("application/x-www-form-urlencoded", b"payload=%7B%22text%22%3A%22a+%26+b%22%7D"), Ok(wanted));
        assert_eq!(body("application/x-www-form-urlencoded", br#"{"text":"a"}"#), Ok(json!({ "text": "a" })));
        assert_eq!(body("text/plain", b"rubbish"), Err(Fault::Malformed));
        assert_eq!(translate(&json!({}), Dialect::Slack), Err(Fault::Empty));
        assert_eq!(answer(Err(&Fault::Empty)).body, "no_text");
        assert_eq!(answer(Ok(())), Reply { status: 200, body: "ok".into(), is_json: false, retry_after_s: None });
    }
}
