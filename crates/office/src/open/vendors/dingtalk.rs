//! DingTalk: `POST /robot/send?access_token=…`.

use serde_json::Value;

use super::marks::without_fonts;
use super::{Called, Fault, Posted, Reply, What, at, errcode, flag, list, markdown, says, shows, some, text, texts};
use crate::chat::{Block, Button, Card, Header, Link};

/// The answer to a message, as the vendor writes it.
pub(in crate::open) fn answer(outcome: Result<(), &Fault>) -> Reply {
    match outcome {
        Ok(()) => errcode(0, "ok"),
        Err(Fault::Malformed) => errcode(40035, "缺少参数 json"),
        Err(Fault::Kind | Fault::Media(_)) => errcode(400_105, "不支持的消息类型"),
        Err(Fault::Field(field) | Fault::Elsewhere(field)) => errcode(40035, &format!("缺少参数 {field}")),
        Err(Fault::Empty) => errcode(40035, "缺少参数 content"),
        Err(Fault::TooLong) => errcode(40035, "消息内容过长"),
        Err(Fault::Token) => errcode(400_101, "access_token不存在"),
        Err(Fault::Off) => errcode(400_102, "机器人已停用"),
        Err(Fault::Dissolved) => errcode(400_013, "群已被解散"),
        Err(Fault::Keyword) => errcode(310_000, "keywords not in content"),
        Err(Fault::Signature) => errcode(310_000, "sign not match"),
        Err(Fault::Clock) => errcode(310_000, "invalid timestamp"),
        Err(Fault::Address(ip)) => errcode(310_000, &format!("ip {ip} not in whitelist")),
        Err(Fault::TooFast { .. }) => errcode(130_101, "send too fast, exceed 20 times per minute"),
        Err(Fault::Ours) => errcode(-1, "系统繁忙"),
    }
}

/// A message of theirs as one of ours.
pub(in crate::open) fn translate(body: &Value) -> Result<Posted, Fault> {
    let what = match text(body, &["msgtype"]).as_str() {
        "text" => says(some(body, &["text", "content"]).ok_or(Fault::Field("content"))?),
        "link" => link(at(body, &["link"]))?,
        "image" => picture(at(body, &["image"]))?,
        "markdown" => {
            let words = some(body, &["markdown", "text"]).ok_or(Fault::Field("text"))?;
            let title = some(body, &["markdown", "title"]).ok_or(Fault::Field("title"))?;
            shows(Card { header: None, blocks: vec![markdown(without_fonts(&words))], summary: title })?
        }
        "actionCard" => action_card(at(body, &["actionCard"]))?,
        "feedCard" => feed_card(at(body, &["feedCard"]))?,
        "" => return Err(Fault::Field("msgtype")),
        _ => return Err(Fault::Kind),
    };
    let mut handles = texts(body, &["at", "atMobiles"]);
    handles.extend(texts(body, &["at", "atUserIds"]));
    Ok(Posted { what, called: Called { handles, all: flag(body, &["at", "isAtAll"]) } })
}

fn link(link: &Value) -> Result<What, Fault> {
    let item = Link {
        title: some(link, &["title"]).ok_or(Fault::Field("title"))?,
        url: outside(&some(link, &["messageUrl"]).ok_or(Fault::Field("messageUrl"))?),
        image: some(link, &["picUrl"]),
        description: some(link, &["text"]),
    };
    shows(Card { header: None, summary: item.title.clone(), blocks: vec![Block::Links { items: vec![item] }] })
}

/// A picture that lies elsewhere. The vendor’s pages do not name this kind, but its robots take it.
fn picture(image: &Value) -> Result<What, Fault> {
    let url = some(image, &["picURL"]).ok_or(Fault::Field("picURL"))?;
    let block = Block::Image { file_id: None, url: Some(url), alt: String::new(), title: None };
    shows(Card { header: None, blocks: vec![block], summary: String::new() })
}

fn action_card(card: &Value) -> Result<What, Fault> {
    let title = some(card, &["title"]).ok_or(Fault::Field("title"))?;
    let words = some(card, &["text"]).ok_or(Fault::Field("text"))?;
    let button = |text: String, url: String| Button { text, url: Some(outside(&url)), ..Button::default() };
    let items = match (some(card, &["singleTitle"]), some(card, &["singleURL"])) {
        (Some(text), Some(url)) => vec![button(text, url)],
        _ => list(card, &["btns"]).iter().map(|one| button(text(one, &["title"]), text(one, &["actionURL"]))).collect(),
    };
    if items.is_empty() {
        return Err(Fault::Field("btns"));
    }
    let buttons = Block::Buttons { stacked: text(card, &["btnOrientation"]) != "1", items };
    let header = Some(Header { title: title.clone(), color: Default::default() });
    shows(Card { header, blocks: vec![markdown(without_fonts(&words)), buttons], summary: title })
}

fn feed_card(card: &Value) -> Result<What, Fault> {
    let link = |one: &Value| Link {
        title: text(one, &["title"]),
        url: outside(&text(one, &["messageURL"])),
        image: some(one, &["picURL"]),
        description: None,
    };
    let items: Vec<Link> = list(card, &["links"]).iter().map(link).collect();
    if items.is_empty() {
        return Err(Fault::Field("links"));
    }
    shows(Card { header: None, blocks: vec![Block::Links { items }], summary: String::new() })
}

/// The vendor's client opens pages by an address of its own, which holds the page's.
fn outside(url: &str) -> String {
    let inner = url
        .strip_prefix("dingtalk://")
        .and_then(|rest| rest.split_once('?'))
        .and_then(|(_, query)| form(query).into_iter().find(|(name, _)| name == "url").map(|(_, value)| value));
    inner.unwrap_or_else(|| url.to_owned())
}

fn form(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
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
    fn a_picture_is_an_address() {
        let shown = card(&json!({ "msgtype": "image", "image": { "picURL": "https://k.example/3.png" } }));
        assert!(matches!(&shown.blocks[..], [Block::Image { url: Some(url), .. }] if url == "https://k.example/3.png"));
        let nowhere = json!({ "msgtype": "image", "image": {} });
        assert_eq!(translate(&nowhere), Err(Fault::Field("picURL")));
    }

    #[test]
    fn a_text_calls_people_by_phone_and_name() {
        let body = json!({ "msgtype": "text", "text": { "content": "kiln 3 @13800000000" },
            "at": { "atMobiles": ["13800000000"], "atUserIds": ["li.na"], "isAtAll": false }, "extra": 1 });
        let posted = translate(&body).expect("a text");
        assert_eq!(posted.what, says("kiln 3 @13800000000".to_owned()));
        assert_eq!(posted.called, Called { handles: vec!["13800000000".to_owned(), "li.na".to_owned()], all: false });
        let all = json!({ "msgtype": "text", "text": { "content": "x" }, "at": { "isAtAll": "true" } });
        assert!(translate(&all).expect("a text").called.all);
    }

    #[test]
    fn every_kind_becomes_a_card() {
        let link = card(&json!({ "msgtype": "link", "link": { "title": "T", "text": "words", "picUrl": "", "messageUrl":
            "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fk.example%2F%3Fa%3D1&pc_slide=false" } }));
        let item = Link { title: "T".into(), url: "https://k.example/?a=1".into(), image: None, description: Some("words".into()) };
        assert_eq!((link.summary.as_str(), link.blocks), ("T", vec![Block::Links { items: vec![item] }]));

        let text = card(&json!({ "msgtype": "markdown", "markdown": { "title": "Kiln", "text": "# <font color=#f00>hot</font>" } }));
        assert_eq!((text.summary.as_str(), text.blocks, text.header), ("Kiln", vec![markdown("# hot")], None));

        let single = json!({ "title": "T", "text": "words", "singleTitle": "Read", "singleURL": "https://k.example" });
        let single = card(&json!({ "msgtype": "actionCard", "actionCard": single }));
        let several = json!({ "title": "T", "text": "words", "btnOrientation": "1", "btns": [
            { "title": "Yes", "actionURL": "https://k.example/y" }, { "title": "No", "actionURL": "https://k.example/n" }] });
        let several = card(&json!({ "msgtype": "actionCard", "actionCard": several }));
        let buttons = |card: Card| {
            card.blocks.into_iter().find_map(|block| match block {
                Block::Buttons { stacked, items } => Some((stacked, items.len())),
                _ => None,
            })
        };
        assert_eq!((buttons(single), buttons(several)), (Some((true, 1)), Some((false, 2))));

        let feed = card(&json!({ "msgtype": "feedCard", "feedCard": { "links": [
            { "title": "One", "messageURL": "https://k.example/1", "picURL": "https://k.example/1.png" },
            { "title": "Two", "messageURL": "https://k.example/2", "picURL": "" }] } }));
        assert!(matches!(&feed.blocks[..], [Block::Links { items }] if items.len() == 2), "{feed:?}");
        assert_eq!(feed.summary, "One");
    }

    #[test]
    fn what_is_missing_is_named() {
        for (body, fault) in [
            (json!({}), Fault::Field("msgtype")),
            (json!({ "msgtype": "oa" }), Fault::Kind),
            (json!({ "msgtype": "text" }), Fault::Field("content")),
            (json!({ "msgtype": "text", "text": { "content": " " } }), Fault::Field("content")),
            (json!({ "msgtype": "markdown", "markdown": { "text": "x" } }), Fault::Field("title")),
            (json!({ "msgtype": "actionCard", "actionCard": { "title": "T", "text": "x" } }), Fault::Field("btns")),
            (json!({ "msgtype": "feedCard", "feedCard": { "links": {} } }), Fault::Field("links")),
        ] {
            assert_eq!(translate(&body), Err(fault), "{body}");
        }
        assert_eq!(answer(Ok(())).body, r#"{"errcode":0,"errmsg":"ok"}"#);
        assert_eq!(answer(Err(&Fault::Keyword)).body, r#"{"errcode":310000,"errmsg":"keywords not in content"}"#);
    }
}
