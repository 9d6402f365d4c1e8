//! A statement as it is written, and as each engine reads it.

use std::sync::OnceLock;

/// Every statement of the program, gathered by the linker.
#[linkme::distributed_slice]
pub static STATEMENTS: [&'static Sql];

/// One statement, written in what both engines share, or once for each of them.
#[derive(Debug)]
pub struct Sql {
    text: &'static str,
    /// What SQLite is told instead, word by word.
    sqlite: Option<&'static str>,
    place: &'static str,
    for_sqlite: OnceLock<String>,
}

impl Sql {
    /// Used by [`sql!`](crate::sql) only.
    #[doc(hidden)]
    pub const fn new(text: &'static str, place: &'static str) -> Self {
        Self { text, sqlite: None, place, for_sqlite: OnceLock::new() }
    }

    /// Used by [`sql!`](crate::sql) only.
    #[doc(hidden)]
    pub const fn of_each(sqlite: &'static str, postgres: &'static str, place: &'static str) -> Self {
        Self { text: postgres, sqlite: Some(sqlite), place, for_sqlite: OnceLock::new() }
    }

    /// The file and line it is written in.
    pub fn place(&self) -> &'static str {
        self.place
    }

    pub(super) fn postgres(&'static self) -> &'static str {
        self.text
    }

    pub(super) fn sqlite(&'static self) -> &'static str {
        if let Some(text) = self.sqlite {
            return text;
        }
        self.for_sqlite.get_or_init(|| rows_as_json(&lists_as_json(self.text)))
    }
}

/// SQLite has no arrays: `= ANY($1)` reads there as membership in a JSON list of hexadecimal ids.
fn lists_as_json(text: &str) -> String {
    let mut parts = text.split("= ANY(");
    let mut mapped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (list, rest) = part.split_once(')').unwrap_or((part, ""));
        mapped.push_str("IN (SELECT unhex(value) FROM json_each(");
        mapped.push_str(list);
        mapped.push_str("))");
        mapped.push_str(rest);
    }
    mapped
}

const RECORDS: &str = "jsonb_to_recordset(";

/// SQLite has no sets of records either: `jsonb_to_recordset($1) AS n (id UUID, place BIGINT)` reads there as a question
/// to the JSON list, column by column.
fn rows_as_json(text: &str) -> String {
    let mut parts = text.split(RECORDS);
    let mut mapped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((list, name, columns, rest)) = record_set(part) else {
            mapped.push_str(RECORDS);
            mapped.push_str(part);
            continue;
        };
        let columns: Vec<String> = columns.split(',').map(column_of_json).collect();
        mapped.push_str(&format!("(SELECT {} FROM json_each({list})) AS {name}{rest}", columns.join(", ")));
    }
    mapped
}

/// Takes `$1) AS n (columns) rest` apart.
fn record_set(part: &str) -> Option<(&str, &str, &str, &str)> {
    let (list, part) = part.split_once(") AS ")?;
    let (name, part) = part.split_once(" (")?;
    let (columns, rest) = part.split_once(')')?;
    Some((list, name, columns, rest))
}

/// An id is kept as its bytes, a value of JSON as its text.
fn column_of_json(column: &str) -> String {
    let mut words = column.split_whitespace();
    let name = words.next().unwrap_or_default();
    match words.next() {
        Some("UUID") => format!("unhex(value ->> '{name}', '-') AS {name}"),
        Some("JSONB") => format!("NULLIF(value -> '{name}', 'null') AS {name}"),
        _ => format!("value ->> '{name}' AS {name}"),
    }
}

/// Writes a statement and registers it, so that a test prepares it on both engines.
///
/// Lists of ids are written `= ANY($1)` and bound as [`Ids`](crate::db::Ids). Many rows at once are written
/// `jsonb_to_recordset($1) AS n (id UUID, title TEXT)` and bound as a JSON list of objects. What only one engine has, such
/// as its index of words, is written for each: `sql!(sqlite: "…", postgres: "…")`, with the same parameters and columns.
#[macro_export]
macro_rules! sql {
    (sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {
        $crate::sql!(in $crate::db::Sql::of_each($sqlite, $postgres, concat!(file!(), ":", line!())))
    };
    ($text:expr) => {
        $crate::sql!(in $crate::db::Sql::new($text, concat!(file!(), ":", line!())))
    };
    (in $statement:expr) => {{
        static STATEMENT: $crate::db::Sql = $statement;
        #[$crate::linkme::distributed_slice($crate::db::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        #[expect(unsafe_code, reason = "linkme gathers the list in a section of its own")]
        static ENTRY: &$crate::db::Sql = &STATEMENT;
        &STATEMENT
    }};
}

#[cfg(test)]
mod tests {
    use super::{lists_as_json, rows_as_json};

    #[test]
    fn lists_become_json_for_sqlite() {
        let text = "DELETE FROM a WHERE id = ANY($1) AND b = ANY($2) OR c = $3";
        let mapped = "DELETE FROM a WHERE id IN (SELECT unhex(value) FROM json_each($1)) \
                      AND b IN (SELECT unhex(value) FROM json_each($2)) OR c = $3";
        assert_eq!(lists_as_json(text), mapped);
    }

    #[test]
    fn rows_become_json_for_sqlite() {
        let text = "UPDATE a SET k = n.k FROM jsonb_to_recordset($1) AS n (id UUID, k BIGINT, data JSONB) WHERE a.id = n.id";
        let mapped = "UPDATE a SET k = n.k FROM (SELECT unhex(value ->> 'id', '-') AS id, value ->> 'k' AS k, \
                      NULLIF(value -> 'data', 'null') AS data FROM json_each($1)) AS n WHERE a.id = n.id";
        assert_eq!(rows_as_json(text), mapped);
        assert_eq!(rows_as_json("SELECT 1"), "SELECT 1");
    }
}
