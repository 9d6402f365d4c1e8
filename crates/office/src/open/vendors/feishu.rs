//! Feishu and Lark: `POST /open-apis/bot/v2/hook/{token}`.

use serde_json::Value;

use super::marks::at_tags;
use super::{Called, Fault, Posted, Reply, What, at, flag, list, markdown, says, shows, some, text};
use crate::chat::{Block, Button, Card, Colour, Field, Header, Style};

/// Cards within cards that are followed.
const DEPTH_MAX: usize = 8;

/// The answer to a message, as the vendor writes it.
pub(in crate::open) fn answer(outcome: Result<(), &Fault>) -> Reply {
    let no = |status: u16, code: i64, words: &str| Reply::json(status, format!(r#"{{"code":{code},"msg":"{words}","data":{{}}}}"#));
    match outcome {
        Ok(()) => {
            let body = r#"{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null}"#;
            Reply::json(200, body.to_owned())
        }
        Err(Fault::Malformed | Fault::Kind | Fault::Field(_) | Fault::Media(_) | Fault::Empty | Fault::TooLong) => {
            no(400, 9499, "Bad Request")
        }
        Err(Fault::Elsewhere(what)) => no(400, 9499, &format!("Bad Request: {what} is kept elsewhere")),
        Err(Fault::Token | Fault::Off | Fault::Dissolved) => no(200, 19001, "param invalid: incoming webhook access token invalid"),
        Err(Fault::Keyword) => no(200, 19024, "Key Words Not Found"),
        Err(Fault::Signature | Fault::Clock) => no(200, 19021, "sign match fail or timestamp is not within one hour from current time"),
        Err(Fault::Address(_)) => no(200, 19022, "Ip Not Allowed"),
        Err(Fault::TooFast { .. }) => no(400, 11232, "frequency limited"),
        Err(Fault::Ours) => no(500, 19007, "internal error"),
    }
}

/// A message of theirs as one of ours.
pub(in crate::open) fn translate(body: &Value) -> Result<Posted, Fault> {
    let mut called = Called::default();
    let what = match text(body, &["msg_type"]).as_str() {
        "text" => says(called.marked(&some(body, &["content", "text"]).ok_or(Fault::Field("text"))?)),
        "post" => post(at(body, &["content", "post"]), &mut called)?,
        "interactive" => card(at(body, &["card"]), &mut called)?,
        "image" => return Err(Fault::Elsewhere("image_key")),
        "share_chat" => return Err(Fault::Elsewhere("share_chat_id")),
        "" => return Err(Fault::Field("msg_type")),
        _ => return Err(Fault::Kind),
    };
    Ok(Posted { what, called })
}

impl Called {
    /// A text without its tags; those whom it calls are noted.
    fn marked(&mut self, words: &str) -> String {
        let (words, handles) = at_tags(words);
        handles.into_iter().for_each(|handle| self.call(handle));
        words.replace("@all", "@所有人")
    }

    fn call(&mut self, handle: String) {
        match handle.as_str() {
            "all" => self.all = true,
            _ => self.handles.push(handle),
        }
    }
}

fn post(post: &Value, called: &mut Called) -> Result<What, Fault> {
    let languages = ["zh_cn", "en_us", "ja_jp"];
    let told = languages.iter().map(|language| at(post, &[language])).find(|told| told.is_object()).ok_or(Fault::Field("post"))?;
    let mut lines = Vec::new();
    for line in list(told, &["content"]) {
        let nodes = line.as_array().map_or(&[][..], Vec::as_slice);
        lines.push(nodes.iter().map(|node| words_of(node, called)).collect::<String>());
    }
    let header = some(told, &["title"]).map(|title| Header { title, color: Colour::default() });
    // Each line is a paragraph.
    shows(Card { header, blocks: vec![markdown(lines.join("\n\n"))], summary: String::new() })
}

/// One node of a line.
fn words_of(node: &Value, called: &mut Called) -> String {
    match text(node, &["tag"]).as_str() {
        "text" => styled(node, text(node, &["text"])),
        "a" => format!("[{}]({})", text(node, &["text"]), text(node, &["href"])),
        "md" => called.marked(&text(node, &["text"])),
        "at" => {
            let handle = text(node, &["user_id"]);
            let words = if handle == "all" { "@所有人".to_owned() } else { format!("@{handle}") };
            called.call(handle);
            words
        }
        "img" => "🖼".to_owned(),
        "hr" => "\n\n---\n\n".to_owned(),
        "code_block" => format!("\n```\n{}\n```\n", text(node, &["text"])),
        _ => text(node, &["text"]),
    }
}

fn styled(node: &Value, words: String) -> String {
    let has = |style: &str| list(node, &["style"]).iter().any(|own| own == style);
    match (has("bold"), has("italic"), has("lineThrough")) {
        (true, ..) => format!("**{words}**"),
        (_, true, _) => format!("*{words}*"),
        (_, _, true) => format!("~~{words}~~"),
        _ => words,
    }
}

fn card(card: &Value, called: &mut Called) -> Result<What, Fault> {
    if text(card, &["type"]) == "template" {
        return Err(Fault::Elsewhere("template_id"));
    }
    let elements = [
        list(card, &["body", "elements"]),
        list(card, &["elements"]),
        list(card, &["i18n_elements", "zh_cn"]),
        list(card, &["i18n_elements", "en_us"]),
    ];
    let elements = elements.into_iter().find(|elements| !elements.is_empty()).unwrap_or(&[]);
    let mut blocks = Vec::new();
    for element in elements {
        add(element, called, &mut blocks, DEPTH_MAX);
    }
    let titles = [text(card, &["header", "title", "content"]), text(card, &["header", "title", "i18n", "zh_cn"])];
    let title = titles.into_iter().find(|title| !title.is_empty());
    let header = title.map(|title| Header { title, color: colour(&text(card, &["header", "template"])) });
    shows(Card { header, blocks, summary: text(card, &["config", "summary", "content"]) })
}

fn colour(template: &str) -> Colour {
    match template {
        "blue" | "wathet" | "turquoise" | "indigo" => Colour::Blue,
        "green" => Colour::Green,
        "yellow" | "orange" => Colour::Orange,
        "red" | "carmine" => Colour::Red,
        "violet" | "purple" => Colour::Purple,
        _ => Colour::Grey,
    }
}

/// Adds what an element shows.
fn add(element: &Value, called: &mut Called, blocks: &mut Vec<Block>, depth: usize) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    match text(element, &["tag"]).as_str() {
        "div" => div(element, called, blocks),
        "markdown" | "lark_md" | "plain_text" => blocks.push(markdown(called.marked(&text(element, &["content"])))),
        "hr" => blocks.push(Block::Divider {}),
        "note" => {
            let parts = list(element, &["elements"]).iter().map(|part| called.marked(&text(part, &["content"])));
            blocks.push(Block::Note { markdown: parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ") });
        }
        "action" => buttons(list(element, &["actions"]), blocks),
        "button" | "overflow" => buttons(std::slice::from_ref(element), blocks),
        "column_set" | "column" | "form" | "interactive_container" | "collapsible_panel" => {
            for part in list(element, &["columns"]).iter().chain(list(element, &["elements"])) {
                add(part, called, blocks, deeper);
            }
        }
        "table" => table(element, blocks),
        // A picture is kept by the vendor under a key; what it shows is said.
        "img" => blocks.extend(some(element, &["alt", "content"]).map(|alt| Block::Note { markdown: format!("🖼 {alt}") })),
        _ => {}
    }
}

fn div(element: &Value, called: &mut Called, blocks: &mut Vec<Block>) {
    if let Some(words) = some(element, &["text", "content"]) {
        blocks.push(markdown(called.marked(&words)));
    }
    let mut items = Vec::new();
    for one in list(element, &["fields"]) {
        let words = called.marked(&text(one, &["text", "content"]));
        // `**Name**\nvalue`, as most write them.
        let (name, value) = words.split_once('\n').unwrap_or(("", &words));
        let name = name.trim().trim_matches('*').trim_end_matches([':', '：']).trim_matches('*');
        items.push(Field { name: name.to_owned(), value: value.trim().to_owned(), short: flag(one, &["is_short"]), url: None });
    }
    items.retain(|field| !field.name.is_empty() || !field.value.is_empty());
    if !items.is_empty() {
        blocks.push(Block::Fields { items });
    }
    buttons(std::slice::from_ref(at(element, &["extra"])), blocks);
}

/// Buttons that open an address. Those that call the tool back have nobody to call: a robot has no ear.
fn buttons(actions: &[Value], blocks: &mut Vec<Block>) {
    let mut items = Vec::new();
    for action in actions {
        let urls = [text(action, &["url"]), text(action, &["multi_url", "url"]), text(action, &["multi_url", "pc_url"])];
        let opens = list(action, &["behaviors"]).iter().map(|one| text(one, &["default_url"]));
        let url = urls.into_iter().chain(opens).find(|url| !url.is_empty());
        let style = match text(action, &["type"]).as_str() {
            "primary" | "primary_filled" => Style::Primary,
            "danger" | "danger_filled" => Style::Danger,
            _ => Style::Default,
        };
        items.push(Button { text: text(action, &["text", "content"]), style, url, ..Button::default() });
        for option in list(action, &["options"]) {
            let url = some(option, &["url"]).or(some(option, &["multi_url", "url"]));
            items.push(Button { text: text(option, &["text", "content"]), url, ..Button::default() });
        }
    }
    items.retain(|button| button.url.is_some());
    if !items.is_empty() {
        blocks.push(Block::Buttons { stacked: false, items });
    }
}

/// A table as Markdown has it.
fn table(element: &Value, blocks: &mut Vec<Block>) {
    let columns = list(element, &["columns"]);
    if columns.is_empty() {
        return;
    }
    let cell = |words: String| words.replace('|', "\\|").replace('\n', " ");
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let name = |column: &Value| cell(some(column, &["display_name"]).unwrap_or_else(|| text(column, &["name"])));
    let mut lines = vec![row(columns.iter().map(name).collect()), row(vec!["---".to_owned(); columns.len()])];
    for one in list(element, &["rows"]) {
        lines.push(row(columns.iter().map(|column| cell(text(one, &[&text(column, &["name"])]))).collect()));
    }
    blocks.push(markdown(lines.join("\n")));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::Said;

    fn card_of(body: &Value) -> (Card, Called) {
        match translate(body) {
            Ok(Posted { what: What::Said(Said::Card(card)), called }) => (*card, called),
            other => panic!("no card: {other:?}"),
        }
    }

    #[test]
    fn texts_and_posts_call_people() {
        let body = json!({ "msg_type": "text", "content": { "text": "<at user_id=\"ou_1\">Li</at> <at user_id=\"all\">x</at> hot" } });
        let posted = translate(&body).expect("a text");
        assert_eq!(posted.what, says("@ou_1 @所有人 hot".to_owned()));
        assert_eq!(posted.called, Called { handles: vec!["ou_1".into()], all: true });
        let (card, called) = card_of(&json!({ "msg_type": "post", "content": { "post": { "zh_cn": { "title": "Kiln", "content": [
            [{ "tag": "text", "text": "is hot: " }, { "tag": "a", "text": "look", "href": "https://k.example" }],
            [{ "tag": "at", "user_id": "li.na" }, { "tag": "img", "image_key": "k" }]] } } } }));
        assert_eq!(card.blocks, vec![markdown("is hot: [look](https://k.example)\n\n@li.na🖼")]);
        assert_eq!((card.summary.as_str(), called.handles), ("Kiln", vec!["li.na".to_owned()]));
    }

    #[test]
    fn cards_of_both_versions_are_shown() {
        let (one, called) = card_of(&json!({ "msg_type": "interactive", "card": { "config": { "wide_screen_mode": true },
            "header": { "title": { "tag": "plain_text", "content": "Kiln 3" }, "template": "red" }, "elements": [
            { "tag": "div", "text": { "tag": "lark_md", "content": "is **hot** <at id=all></at>" },
              "fields": [{ "is_short": true, "text": { "tag": "lark_md", "content": "**Who:**\nBen" } }] },
            { "tag": "hr" }, { "tag": "note", "elements": [{ "tag": "plain_text", "content": "small" }] },
            { "tag": "action", "actions": [{ "tag": "button", "text": { "content": "Open" }, "url": "https://k.example", "type": "primary" },
                { "tag": "button", "text": { "content": "Back" }, "value": { "a": 1 } }] },
            { "tag": "unknown" }] } }));
        assert_eq!(one.header, Some(Header { title: "Kiln 3".into(), color: Colour::Red }));
        assert!(called.all);
        assert_eq!(one.blocks.len(), 5, "{:#?}", one.blocks);
        assert!(matches!(&one.blocks[1], Block::Fields { items } if items[0].name == "Who" && items[0].value == "Ben"));
        let (two, _) =
            card_of(&json!({ "msg_type": "interactive", "card": { "schema": "2.0", "header": { "title": { "content": "Kiln" } },
            "body": { "elements": [{ "tag": "markdown", "content": "hot" }, { "tag": "column_set", "columns": [
                { "tag": "column", "elements": [{ "tag": "button", "text": { "content": "Open" },
                    "behaviors": [{ "type": "open_url", "default_url": "https://k.example" }] }] }] },
                { "tag": "table", "columns": [{ "name": "a", "display_name": "A" }], "rows": [{ "a": "1|2" }] }] } } }));
        assert_eq!(two.blocks.len(), 3, "{:#?}", two.blocks);
        assert_eq!(two.blocks[2], markdown("| A |\n| --- |\n| 1\\|2 |"));
    }

    #[test]
    fn what_only_the_vendor_has_is_refused() {
        for (body, fault) in [
            (json!({ "msg_type": "image", "content": { "image_key": "k" } }), Fault::Elsewhere("image_key")),
            (json!({ "msg_type": "share_chat", "content": { "share_chat_id": "k" } }), Fault::Elsewhere("share_chat_id")),
            (json!({ "msg_type": "interactive", "card": { "type": "template", "data": {} } }), Fault::Elsewhere("template_id")),
            (json!({ "msg_type": "interactive", "card": {} }), Fault::Empty),
            (json!({ "msg_type": "text", "content": "x" }), Fault::Field("text")),
            (json!({}), Fault::Field("msg_type")),
            (json!({ "msg_type": "voice" }), Fault::Kind),
        ] {
            assert_eq!(translate(&body), Err(fault), "{body}");
        }
        let body = r#"{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null}"#;
        assert_eq!(answer(Ok(())).body, body);
    }
}
