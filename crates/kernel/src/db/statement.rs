//! A statement as it is written, and as each engine reads it.

use std::sync::OnceLock;

/// Every statement of the program, gathered by the linker.
#[linkme::distributed_slice]
pub static STATEMENTS: [&'static Sql];

/// One statement, written in what both engines share.
#[derive(Debug)]
pub struct Sql {
    text: &'static str,
    place: &'static str,
    for_sqlite: OnceLock<String>,
}

impl Sql {
    /// Used by [`sql!`](crate::sql) only.
    #[doc(hidden)]
    pub const fn new(text: &'static str, place: &'static str) -> Self {
        Self { text, place, for_sqlite: OnceLock::new() }
    }

    /// The file and line it is written in.
    pub fn place(&self) -> &'static str {
        self.place
    }

    pub(super) fn postgres(&'static self) -> &'static str {
        self.text
    }

    pub(super) fn sqlite(&'static self) -> &'static str {
        self.for_sqlite.get_or_init(|| lists_as_json(self.text))
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

/// Writes a statement and registers it, so that a test prepares it on both engines.
///
/// Lists of ids are written `= ANY($1)` and bound as [`Ids`](crate::db::Ids).
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        static STATEMENT: $crate::db::Sql = $crate::db::Sql::new($text, concat!(file!(), ":", line!()));
        #[$crate::linkme::distributed_slice($crate::db::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        #[expect(unsafe_code, reason = "linkme gathers the list in a section of its own")]
        static ENTRY: &$crate::db::Sql = &STATEMENT;
        &STATEMENT
    }};
}

#[cfg(test)]
mod tests {
    use super::lists_as_json;

    #[test]
    fn lists_become_json_for_sqlite() {
        let text = "DELETE FROM a WHERE id = ANY($1) AND b = ANY($2) OR c = $3";
        let mapped = "DELETE FROM a WHERE id IN (SELECT unhex(value) FROM json_each($1)) \
                      AND b IN (SELECT unhex(value) FROM json_each($2)) OR c = $3";
        assert_eq!(lists_as_json(text), mapped);
    }
}
