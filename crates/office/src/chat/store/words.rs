//! The index that messages are found by: their words, who sent them, where, and of which kind. A term is a letter for its
//! sort and the rest in hexadecimal, so that neither engine takes it apart or for something else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::uuid::Uuid;
use kernel::{Result, sql};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::model::{Message, MessageKind};
use super::super::{ConversationId, MessageId, rules};
use crate::org::MemberId;
use crate::terms;

/// When a message's id was drawn, in milliseconds, and the step within; in the order of the ids (RFC 9562 §5.7: the first
/// 48 bits are the time, and twelve of ours after the version are the step).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub(crate) struct Number(i64);

impl Number {
    pub(crate) const FIRST: Number = Number(-1);
    pub(crate) const LAST: Number = Number(i64::MAX);

    /// That of a message.
    pub(crate) fn of(id: MessageId) -> Self {
        let bits = id.uuid().as_u128();
        Self(i64::try_from(bits >> 80 << 12 | bits >> 64 & 0xfff).unwrap_or(i64::MAX))
    }

    /// The first that is drawn at that moment.
    pub(crate) fn of_time(time: Time) -> Self {
        Self(time.as_ms().max(0).saturating_mul(1 << 12))
    }

    /// The ids between which lies every message of that number, both included.
    pub(crate) fn ids(self) -> (Uuid, Uuid) {
        let bits = u128::try_from(self.0).unwrap_or(0);
        let low = bits >> 12 << 80 | 0x7 << 76 | (bits & 0xfff) << 64;
        (Uuid::from_u128(low), Uuid::from_u128(low | u128::from(u64::MAX)))
    }

    /// The first of them.
    pub(crate) fn first_id(self) -> Option<MessageId> {
        self.ids().0.to_string().parse().ok()
    }
}

/// One of the terms of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term(String);

impl Term {
    /// A word, as [`terms::terms`] parts them.
    pub(crate) fn word(word: &str) -> Self {
        let mut term = String::with_capacity(1 + word.len() * 2);
        term.push('w');
        for byte in word.bytes() {
            // Writing to a string cannot fail.
            let _ = write!(term, "{byte:02x}");
        }
        Self(term)
    }

    /// Where it stands.
    pub(crate) fn conversation(id: ConversationId) -> Self {
        Self(format!("c{}", id.uuid().simple()))
    }

    /// Who sent it.
    pub(crate) fn sender(id: MemberId) -> Self {
        Self(format!("s{}", id.uuid().simple()))
    }

    /// Of which kind it is.
    pub(crate) fn kind(kind: MessageKind) -> Self {
        Self(format!("k{}", kind.word()))
    }

    /// There is a picture among its files.
    pub(crate) fn picture() -> Self {
        Self("p".to_owned())
    }

    /// A link stands in it.
    pub(crate) fn link() -> Self {
        Self("l".to_owned())
    }
}

/// Puts these messages into the index.
pub(crate) async fn add(tx: &mut Tx, messages: &[&Message]) -> Result<()> {
    let rows: Vec<Value> = messages
        .iter()
        .map(|message| (Number::of(message.id), terms_of(message)))
        .filter(|(_, terms)| !terms.is_empty())
        .map(|(number, terms)| json!({ "number": number, "terms": joined(&terms) }))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    // Two messages have the same number only when the clock was set back; then the later one is found.
    tx.ask(sql!(
        sqlite: "INSERT OR REPLACE INTO chat_words (rowid, terms) SELECT value ->> 'number', value ->> 'terms' FROM json_each($1)",
        postgres: "INSERT INTO chat_words (rowid, terms) SELECT n.number, n.terms FROM jsonb_to_recordset($1) AS n (number BIGINT, terms TEXT)",
    ))
    .bind(Json(json!(rows)))
    .run()
    .await?;
    Ok(())
}

/// Has a message be found by what it says now.
pub(crate) async fn replace(tx: &mut Tx, message: &Message) -> Result<()> {
    remove(tx, &[message.id]).await?;
    add(tx, &[message]).await
}

/// Has messages not be found any more.
pub(crate) async fn remove(tx: &mut Tx, ids: &[MessageId]) -> Result<()> {
    let rows: Vec<Value> = ids.iter().map(|id| json!({ "number": Number::of(*id) })).collect();
    tx.ask(sql!("DELETE FROM chat_words WHERE rowid IN (SELECT n.number FROM jsonb_to_recordset($1) AS n (number BIGINT))"))
        .bind(Json(json!(rows)))
        .run()
        .await?;
    Ok(())
}

/// The numbers of messages that have all of these terms and, unless there are none, one of those, between two numbers: the
/// latest first.
pub(crate) async fn find(
    db: &Db,
    all: &BTreeSet<Term>,
    any: &BTreeSet<Term>,
    (after, before): (Number, Number),
    limit: i64,
) -> Result<Vec<Number>> {
    if all.is_empty() && any.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<(Number,)> = db
        .read(sql!(
            sqlite: "SELECT rowid FROM chat_words
                     WHERE chat_words MATCH $1 || CASE WHEN $1 <> '' AND $2 <> '' THEN ' AND ' ELSE '' END
                         || CASE $2 WHEN '' THEN '' ELSE '(' || replace($2, ' ', ' OR ') || ')' END
                       AND rowid > $3 AND rowid < $4 ORDER BY rowid DESC LIMIT $5",
            postgres: "SELECT rowid FROM chat_words
                       WHERE string_to_array(terms, ' ') @> string_to_array($1, ' ')
                         AND ($2 = '' OR string_to_array(terms, ' ') && string_to_array($2, ' '))
                         AND rowid > $3 AND rowid < $4 ORDER BY rowid DESC LIMIT $5",
        ))
        .bind(joined(all))
        .bind(joined(any))
        .bind(after)
        .bind(before)
        .bind(limit)
        .all()
        .await?;
    Ok(found.into_iter().map(|(number,)| number).collect())
}

/// The latest message that is not in the index, if any is left from before there was one.
pub(crate) async fn left(db: &Db) -> Result<Option<MessageId>> {
    let left: Option<(MessageId,)> = db.read(sql!("SELECT latest_id FROM chat_words_left LIMIT 1")).optional().await?;
    Ok(left.map(|(id,)| id))
}

/// Notes which message that is now; or that none is left.
pub(crate) async fn set_left(tx: &mut Tx, latest: Option<MessageId>) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_words_left")).run().await?;
    if let Some(latest) = latest {
        tx.ask(sql!("INSERT INTO chat_words_left (latest_id) VALUES ($1)")).bind(latest).run().await?;
    }
    Ok(())
}

fn joined(terms: &BTreeSet<Term>) -> String {
    let terms: Vec<&str> = terms.iter().map(|term| term.0.as_str()).collect();
    terms.join(" ")
}

/// What a message is found by; nothing for what the office itself says, and for what was recalled.
fn terms_of(message: &Message) -> BTreeSet<Term> {
    if message.recalled_at.is_some() || message.kind == MessageKind::System {
        return BTreeSet::new();
    }
    let says_something = !matches!(message.kind, MessageKind::Call | MessageKind::Sticker);
    let words = match says_something {
        true => terms::terms(&rules::searchable(&message.text, message.data.as_ref())),
        false => BTreeSet::new(),
    };
    let mut terms: BTreeSet<Term> = words.iter().map(|word| Term::word(word)).collect();
    terms.extend([Term::conversation(message.conversation), Term::kind(message.kind)]);
    terms.extend(message.sender.map(Term::sender));
    if message.kind == MessageKind::Files && message.data.as_ref().is_some_and(|data| data.files().iter().any(|file| file.group == "image"))
    {
        terms.insert(Term::picture());
    }
    if message.text.contains("://") {
        terms.insert(Term::link());
    }
    terms
}

#[cfg(test)]
mod tests {
    use kernel::chance::Chance;
    use kernel::clock::Time;

    use super::{MessageId, Number, Term};

    #[test]
    fn a_number_is_in_the_order_of_the_ids_and_tells_them() {
        let (chance, now) = (Chance::seeded(1), Time::from_ms(1_795_395_600_000));
        let (first, second) = (MessageId::draw(&chance, now), MessageId::draw(&chance, now));
        assert!(Number::of_time(now) <= Number::of(first) && Number::of(first) < Number::of(second));
        let (low, high) = Number::of(second).ids();
        assert!(low <= second.uuid() && second.uuid() <= high && first.uuid() < low);
    }

    #[test]
    fn a_term_is_of_plain_letters() {
        assert_eq!(Term::word("窑炉"), Term("we7aa91e78289".to_owned()));
        assert_eq!(Term::word("kiln"), Term("w6b696c6e".to_owned()));
    }
}
