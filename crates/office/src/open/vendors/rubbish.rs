//! Whatever a stranger sends: no body makes a translator panic, and what comes out keeps to the bounds of cards.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{dingtalk, feishu, read, slack, wecom, words};

/// Names that the vendors use, so that bodies get past the first question.
const KEYS: &[&str] = &[
    "msgtype", "msg_type", "text", "content", "markdown", "markdown_v2", "link", "title", "messageUrl", "actionCard", "btns", "feedCard",
    "links", "at", "atMobiles", "isAtAll", "image", "base64", "md5", "news", "articles", "template_card", "card_type", "card_action",
    "card", "elements", "body", "tag", "header", "post", "zh_cn", "fields", "actions", "columns", "extra", "blocks", "attachments",
    "type", "color", "accessory", "url",
];
const WORDS: &[&str] = &[
    "text", "link", "markdown", "markdown_v2", "actionCard", "feedCard", "image", "news", "template_card", "text_notice", "post",
    "interactive", "div", "note", "action", "column_set", "table", "section", "context", "header", "rich_text", "actions", "<@", "<at id=",
    "</at>", "<https://x|", "&amp;", "*~`<", "#ff0000", "砖",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let object = prop::collection::vec((prop::sample::select(KEYS), inner.clone()), 0..6)
            .prop_map(|fields| Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()));
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::Array), object]
    })
}

fn try_all(body: &Value) {
    let dialects = [slack::Dialect::Slack, slack::Dialect::Mattermost];
    let slacks = dialects.map(|dialect| slack::translate(body, dialect));
    for posted in [dingtalk::translate(body), wecom::translate(body), feishu::translate(body)].into_iter().chain(slacks).flatten() {
        let _ = words(&posted.what);
    }
}

proptest! {
    #[test]
    fn no_body_makes_anybody_panic(body in value()) {
        try_all(&body);
    }

    #[test]
    fn no_bytes_make_anybody_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in "[a-z/-]{0,20}") {
        let _ = (read(&bytes), slack::body(&kind, &bytes), slack::body("application/x-www-form-urlencoded", &bytes));
    }
}

#[test]
fn deep_bodies_are_refused() {
    let deep = format!("{}{}", r#"{"a":"#.repeat(10_000), "1");
    assert!(read(deep.as_bytes()).is_err());
    assert!(read(b"[]").is_err() && read(b"").is_err() && read(b"\xff").is_err());
    assert_eq!(read(br#"{"a":"x\u0000y"}"#), Ok(serde_json::json!({ "a": "xy" })));
}
