//! Cards: what programs say when a text is not enough, in one shape whatever tool they come from. Pure: a card is cut to
//! what screens can show, and what it is found by is gathered. Addresses it holds are shown as links and never fetched.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Parts of one card.
const BLOCKS_MAX: usize = 50;
/// Things in one part.
const ITEMS_MAX: usize = 25;
/// Characters of everything that is written in one card.
const CHARS_MAX: usize = 40_000;
/// Characters of a title, a button or a name.
const LINE_CHARS_MAX: usize = 500;
/// Characters of what lists show.
const SUMMARY_CHARS_MAX: usize = 200;
/// Characters of an address.
const URL_CHARS_MAX: usize = 2_000;
/// Characters of what a button says to its program.
const VALUE_CHARS_MAX: usize = 2_000;

/// A colour of a card's head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatCardColour)]
pub(crate) enum Colour {
    #[default]
    Grey,
    Blue,
    Green,
    Orange,
    Red,
    Purple,
}

/// The head of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCardHeader)]
pub(crate) struct Header {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) color: Colour,
}

/// A name and what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCardField)]
pub(crate) struct Field {
    #[serde(default)]
    pub(crate) name: String,
    /// Markdown.
    #[serde(default)]
    pub(crate) value: String,
    /// Two of them fit beside each other.
    #[serde(default)]
    pub(crate) short: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
}

/// An address with a title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCardLink)]
pub(crate) struct Link {
    pub(crate) title: String,
    pub(crate) url: String,
    /// Where a picture of it is; clients do not fetch it unasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatCardButtonStyle)]
pub(crate) enum Style {
    Primary,
    #[default]
    Default,
    Danger,
}

/// A button: it opens an address, or calls its program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCardButton)]
pub(crate) struct Button {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) style: Style,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// What the program is told when it is pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

/// One of several things to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCardOption)]
pub(crate) struct Choice {
    pub(crate) text: String,
    pub(crate) value: String,
}

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ChatCardBlock)]
pub(crate) enum Block {
    Text {
        markdown: String,
    },
    Fields {
        items: Vec<Field>,
    },
    /// Kept by us, or somewhere else.
    Image {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        #[serde(default)]
        alt: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
    Divider {},
    /// Small print.
    Note {
        markdown: String,
    },
    Links {
        items: Vec<Link>,
    },
    Buttons {
        /// Below each other rather than beside.
        #[serde(default)]
        stacked: bool,
        items: Vec<Button>,
    },
    /// One of several, told to the program.
    Select {
        action: String,
        #[serde(default)]
        placeholder: String,
        options: Vec<Choice>,
    },
}

/// A card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCard)]
pub(crate) struct Card {
    #[serde(default)]
    pub(crate) header: Option<Header>,
    pub(crate) blocks: Vec<Block>,
    /// What lists, answers and notices show of it.
    #[serde(default)]
    pub(crate) summary: String,
}

impl Card {
    /// The card as it is kept: cut to its bounds, without addresses that lead nowhere good, with a summary. Nothing when
    /// nothing is left of it.
    pub(crate) fn tidied(mut self) -> Option<Card> {
        let mut room = CHARS_MAX;
        self.blocks.truncate(BLOCKS_MAX);
        self.header = self.header.and_then(|header| {
            let title = line(&header.title);
            (!title.is_empty()).then_some(Header { title, color: header.color })
        });
        self.blocks = self.blocks.into_iter().filter_map(|block| tidied(block, &mut room)).collect();
        let is_empty = self.header.is_none() && self.blocks.iter().all(|block| matches!(block, Block::Divider {}));
        if is_empty {
            return None;
        }
        let summary = if self.summary.trim().is_empty() { self.first_words() } else { self.summary.clone() };
        self.summary = cut(summary.split_whitespace().collect::<Vec<_>>().join(" ").as_str(), SUMMARY_CHARS_MAX);
        Some(self)
    }

    fn first_words(&self) -> String {
        match &self.header {
            Some(header) => header.title.clone(),
            None => self.texts().into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default().to_owned(),
        }
    }

    /// Has every text on it looked at, and changed.
    pub(crate) fn each_text(&mut self, mut look: impl FnMut(&mut String)) {
        look(&mut self.summary);
        if let Some(header) = &mut self.header {
            look(&mut header.title);
        }
        for block in &mut self.blocks {
            match block {
                Block::Text { markdown } | Block::Note { markdown } => look(markdown),
                Block::Fields { items } => items.iter_mut().for_each(|field| look(&mut field.value)),
                Block::Image { .. } | Block::Divider {} | Block::Links { .. } | Block::Buttons { .. } | Block::Select { .. } => {}
            }
        }
    }

    /// Everything that is written on it.
    fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.summary.as_str()];
        texts.extend(self.header.iter().map(|header| header.title.as_str()));
        for block in &self.blocks {
            match block {
                Block::Text { markdown } | Block::Note { markdown } => texts.push(markdown),
                Block::Fields { items } => texts.extend(items.iter().flat_map(|field| [field.name.as_str(), field.value.as_str()])),
                Block::Image { alt, title, .. } => texts.extend([Some(alt.as_str()), title.as_deref()].into_iter().flatten()),
                Block::Divider {} => {}
                Block::Links { items } => {
                    texts.extend(items.iter().flat_map(|link| [Some(link.title.as_str()), link.description.as_deref()]).flatten());
                }
                Block::Buttons { items, .. } => texts.extend(items.iter().map(|button| button.text.as_str())),
                Block::Select { placeholder, options, .. } => {
                    texts.push(placeholder);
                    texts.extend(options.iter().map(|choice| choice.text.as_str()));
                }
            }
        }
        texts
    }

    /// What it is found by, and what stands for it where only text can.
    pub(crate) fn words(&self) -> String {
        let mut texts = self.texts();
        texts.retain(|text| !text.is_empty());
        texts.dedup();
        texts.join("\n")
    }

    /// The card without what calls its program, as others pass it on.
    pub(super) fn inert(mut self) -> Card {
        for block in &mut self.blocks {
            if let Block::Buttons { items, .. } = block {
                items.retain(|button| button.url.is_some());
                items.iter_mut().for_each(|button| button.action = None);
            }
        }
        self.blocks.retain(|block| match block {
            Block::Buttons { items, .. } => !items.is_empty(),
            Block::Select { .. } => false,
            _ => true,
        });
        self
    }

    /// Whether pressing or choosing that is offered by it.
    pub(crate) fn offers(&self, action: &str, value: Option<&str>) -> bool {
        self.blocks.iter().any(|block| match block {
            Block::Buttons { items, .. } => {
                items.iter().any(|button| button.action.as_deref() == Some(action) && button.value.as_deref() == value)
            }
            Block::Select { action: own, options, .. } => own == action && options.iter().any(|choice| Some(choice.value.as_str()) == value),
            _ => false,
        })
    }
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text.to_owned(),
    }
}

fn line(text: &str) -> String {
    cut(text.trim(), LINE_CHARS_MAX)
}

/// A text cut to the room that is left.
fn text(text: &str, room: &mut usize) -> String {
    let text = cut(text.trim_end(), *room);
    *room = room.saturating_sub(text.chars().count());
    text
}

/// An address that a link may lead to.
pub(crate) fn is_link(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let leads_somewhere = ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme));
    leads_somewhere && url.chars().count() <= URL_CHARS_MAX && !url.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}

fn link(url: Option<String>) -> Option<String> {
    url.map(|url| url.trim().to_owned()).filter(|url| is_link(url))
}

fn tidied(block: Block, room: &mut usize) -> Option<Block> {
    match block {
        Block::Text { markdown } => Some(Block::Text { markdown: text(&markdown, room) }).filter(|_| !markdown.trim().is_empty()),
        Block::Note { markdown } => Some(Block::Note { markdown: text(&markdown, room) }).filter(|_| !markdown.trim().is_empty()),
        Block::Fields { items } => {
            let field = |field: Field| Field {
                name: line(&field.name),
                value: text(&field.value, room),
                short: field.short,
                url: link(field.url),
            };
            let items: Vec<Field> = items.into_iter().take(ITEMS_MAX).map(field).collect();
            (!items.is_empty()).then_some(Block::Fields { items })
        }
        Block::Image { file_id, url, alt, title } => {
            let (url, file_id) = (link(url), file_id.filter(|id| id.len() <= 64));
            let is_there = url.is_some() || file_id.is_some();
            is_there.then(|| Block::Image { file_id, url, alt: line(&alt), title: title.map(|title| line(&title)) })
        }
        Block::Divider {} => Some(Block::Divider {}),
        Block::Links { items } => {
            let tidy = |item: Link| {
                let url = link(Some(item.url))?;
                let title = if item.title.trim().is_empty() { url.clone() } else { line(&item.title) };
                Some(Link { title, url, image: link(item.image), description: item.description.map(|words| text(&words, room)) })
            };
            let items: Vec<Link> = items.into_iter().take(ITEMS_MAX).filter_map(tidy).collect();
            (!items.is_empty()).then_some(Block::Links { items })
        }
        Block::Buttons { stacked, items } => {
            let items: Vec<Button> = items.into_iter().take(ITEMS_MAX).filter_map(button).collect();
            (!items.is_empty()).then_some(Block::Buttons { stacked, items })
        }
        Block::Select { action, placeholder, options } => {
            let is_good = |choice: &Choice| !choice.text.trim().is_empty() && choice.value.chars().count() <= VALUE_CHARS_MAX;
            let tidy = |choice: Choice| Choice { text: line(&choice.text), value: choice.value };
            let options: Vec<Choice> = options.into_iter().filter(is_good).take(ITEMS_MAX * 4).map(tidy).collect();
            let is_good = !options.is_empty() && !action.is_empty() && action.chars().count() <= LINE_CHARS_MAX;
            is_good.then(|| Block::Select { action, placeholder: line(&placeholder), options })
        }
    }
}

/// A button does something: one that does not is left out.
fn button(button: Button) -> Option<Button> {
    let Button { text, style, url, action, value } = button;
    let url = link(url);
    let action = action.filter(|action| !action.is_empty() && action.chars().count() <= LINE_CHARS_MAX);
    let value = value.filter(|value| value.chars().count() <= VALUE_CHARS_MAX);
    let is_good = !text.trim().is_empty() && (url.is_some() || action.is_some());
    is_good.then(|| Button { text: line(&text), style, url, action, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(text: &str, url: Option<&str>, action: Option<&str>) -> Button {
        Button { text: text.to_owned(), url: url.map(str::to_owned), action: action.map(str::to_owned), ..Button::default() }
    }

    #[test]
    fn a_card_keeps_what_leads_somewhere_and_has_a_summary() {
        let blocks = vec![
            Block::Text { markdown: "**Kiln** 3\n is hot ".to_owned() },
            Block::Buttons {
                stacked: false,
                items: vec![
                    button("Open", Some("https://kiln.example/3"), None),
                    button("Bad", Some("javascript:alert(1)"), None),
                    button("Cool", None, Some("cool")),
                ],
            },
            Block::Image { file_id: None, url: Some("data:image/png;base64,AA".to_owned()), alt: String::new(), title: None },
        ];
        let card = Card { header: None, blocks, summary: String::new() }.tidied().expect("a card");
        assert_eq!(card.summary, "**Kiln** 3 is hot");
        assert_eq!(card.blocks.len(), 2, "the picture leads nowhere");
        assert!(card.offers("cool", None) && !card.offers("cool", Some("x")) && !card.offers("open", None));
        assert_eq!(card.words(), "**Kiln** 3 is hot\n**Kiln** 3\n is hot\nOpen\nCool");
        assert!(!card.clone().inert().offers("cool", None));
        assert_eq!(card.clone().tidied(), Some(card), "tidying twice changes nothing");
    }

    #[test]
    fn nothing_makes_no_card_and_too_much_is_cut() {
        let empty = Card { header: None, blocks: vec![Block::Divider {}, Block::Text { markdown: " \n".to_owned() }], summary: String::new() };
        assert_eq!(empty.tidied(), None);
        let long = Card { header: None, blocks: vec![Block::Text { markdown: "砖".repeat(CHARS_MAX) }; 3], summary: "砖".repeat(900) };
        let card = long.tidied().expect("a card");
        assert_eq!(card.summary.chars().count(), SUMMARY_CHARS_MAX);
        assert!(card.words().chars().count() <= CHARS_MAX + SUMMARY_CHARS_MAX + 4);
    }
}
