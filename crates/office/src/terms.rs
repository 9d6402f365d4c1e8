//! What a text is found by: overlapping pairs of characters where words are not parted, the beginnings of words where
//! they are. Pure. The database only ever compares whole terms, so both engines find the same things; whether the words
//! really stand there is looked at afterwards, in the text itself.

use std::collections::BTreeSet;

/// Terms kept of one message.
const TERMS_MAX: usize = 2_000;
/// Letters of a word that are kept: enough to find it by, few enough that its longer forms are found too.
const WORD_LETTERS: usize = 4;
/// Parts of a question that are looked at.
const PARTS_MAX: usize = 8;
/// Terms of a question that are looked up; the text itself tells the rest.
const TERMS_ASKED_MAX: usize = 24;

/// Everything a text is found by.
pub(crate) fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for part in parts(text) {
        terms.extend(of_part(&part));
        if terms.len() > TERMS_MAX {
            break;
        }
    }
    terms.into_iter().take(TERMS_MAX).collect()
}

/// What is being looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    parts: Vec<String>,
}

impl Question {
    /// Nothing when there is no word in it.
    pub(crate) fn read(text: &str) -> Option<Question> {
        let parts: Vec<String> = parts(text).take(PARTS_MAX).collect();
        (!parts.is_empty()).then_some(Question { parts })
    }

    /// The terms that a message must have, the one that is likely to be rarest first.
    pub(crate) fn terms(&self) -> Vec<String> {
        let terms: BTreeSet<String> = self.parts.iter().flat_map(|part| of_part(part)).collect();
        let mut terms: Vec<String> = terms.into_iter().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
        terms.truncate(TERMS_ASKED_MAX);
        terms
    }

    /// Whether all of it stands in the text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.is_in_or(text, |_| false)
    }

    /// Whether each of its parts stands in the text, or is there in another way.
    pub(crate) fn is_in_or(&self, text: &str, is_there: impl Fn(&str) -> bool) -> bool {
        let text = text.to_lowercase();
        self.parts.iter().all(|part| text.contains(part.as_str()) || is_there(part))
    }
}

/// Runs of letters of one sort, in lower case.
fn parts(text: &str) -> impl Iterator<Item = String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = None;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let sort = match letter {
            letter if is_unparted(letter) => Some(true),
            letter if letter.is_alphanumeric() => Some(false),
            _ => None,
        };
        match (sort, parts.last_mut()) {
            (None, _) => {}
            (sort, Some(part)) if sort == before => part.push(letter),
            (Some(_), _) => parts.push(letter.to_string()),
        }
        before = sort;
    }
    parts.into_iter()
}

fn of_part(part: &str) -> Vec<String> {
    let letters: Vec<char> = part.chars().collect();
    if !letters.first().copied().is_some_and(is_unparted) {
        return vec![letters.iter().take(WORD_LETTERS).collect()];
    }
    match letters.len() {
        1 => vec![part.to_owned()],
        _ => letters.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

/// Whether words of that script are written without spaces.
fn is_unparted(letter: char) -> bool {
    matches!(u32::from(letter), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(question: &str, text: &str) -> bool {
        let question = Question::read(question).expect("a question");
        let terms = terms(text);
        question.terms().iter().all(|term| terms.contains(term)) && question.is_in(text)
    }

    #[test]
    fn two_characters_are_a_word() {
        assert!(finds("审批", "请尽快审批一下"));
        assert!(finds("窑炉温度", "今天的窑炉温度是 1200 度"));
        assert!(!finds("炉温度窑", "今天的窑炉温度是 1200 度"));
        assert!(!finds("审核", "请尽快审批一下"));
    }

    #[test]
    fn words_are_found_by_their_beginning_in_any_case() {
        assert!(finds("deploy", "The Deployment is done"));
        assert!(finds("PR 42 done", "Done: pr #42"));
        assert!(!finds("deplore", "The Deployment is done"));
        assert!(finds("v2版本", "发布 V2版本"));
    }

    #[test]
    fn a_question_without_words_is_none() {
        assert_eq!(Question::read(" ?!。 "), None);
        assert_eq!(Question::read("a b").map(|question| question.terms()), Some(vec!["a".to_owned(), "b".to_owned()]));
    }
}
