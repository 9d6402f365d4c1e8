//! Named limits with a unit and a default, overridable in the configuration.
//!
//! A limit is declared where it is enforced; the list of all of them is gathered by the linker, so
//! that the documentation and the configuration know each one by its name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Every limit of the program.
#[linkme::distributed_slice]
pub static LIMITS: [&'static Limit];

/// One limit.
#[derive(Debug)]
pub struct Limit {
    /// `capability.what`, as the configuration writes it.
    pub name: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// What holds when nothing is configured.
    pub default: u64,
    /// Why it is there, in one sentence.
    pub about: &'static str,
}

/// Declares a limit: `limit!(pub NAME: "shelf.books", 12, "books", "How many a shelf holds.");`.
#[macro_export]
macro_rules! limit {
    ($vis:vis $ident:ident: $name:literal, $default:expr, $unit:literal, $about:literal) => {
        #[doc = $about]
        $vis static $ident: $crate::limits::Limit = $crate::limits::Limit {
            name: $name,
            unit: $unit,
            default: $default,
            about: $about,
        };
        const _: () = {
            #[$crate::linkme::distributed_slice($crate::limits::LIMITS)]
            #[linkme(crate = $crate::linkme)]
            #[expect(unsafe_code, reason = "linkme gathers the list in a section of its own")]
            static ENTRY: &$crate::limits::Limit = &$ident;
        };
    };
}

/// The limits in force.
#[derive(Clone, Debug, Default)]
pub struct Limits(Arc<BTreeMap<&'static str, u64>>);

/// A configured limit that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no limit called {0:?}")]
pub struct UnknownLimit(pub String);

impl Limits {
    /// The defaults, with some of them replaced.
    pub fn with(overrides: &BTreeMap<String, u64>) -> Result<Self, UnknownLimit> {
        let mut chosen = BTreeMap::new();
        for (name, value) in overrides {
            let Some(limit) = LIMITS.iter().find(|limit| limit.name == name) else {
                return Err(UnknownLimit(name.clone()));
            };
            chosen.insert(limit.name, *value);
        }
        Ok(Self(Arc::new(chosen)))
    }

    /// The value in force.
    pub fn of(&self, limit: &Limit) -> u64 {
        self.0.get(limit.name).copied().unwrap_or(limit.default)
    }

    /// The value in force, as a count of things in memory.
    pub fn count(&self, limit: &Limit) -> usize {
        usize::try_from(self.of(limit)).unwrap_or(usize::MAX)
    }

    /// The value in force, of a limit whose unit is a second.
    pub fn seconds(&self, limit: &Limit) -> Duration {
        Duration::from_secs(self.of(limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    limit!(CHAIRS: "kernel_test.chairs", 4, "chairs", "How many chairs a table has.");

    #[test]
    fn a_limit_is_known_by_its_name_and_can_be_replaced() {
        let fewer = BTreeMap::from([("kernel_test.chairs".to_owned(), 2)]);
        assert_eq!(Limits::default().of(&CHAIRS), 4);
        assert_eq!(Limits::with(&fewer).map(|l| l.of(&CHAIRS)), Ok(2));
    }

    #[test]
    fn a_misspelt_limit_is_named() {
        let misspelt = BTreeMap::from([("kernel_test.chair".to_owned(), 2)]);
        let error = Limits::with(&misspelt).expect_err("it does not exist");
        assert_eq!(error.to_string(), "there is no limit called \"kernel_test.chair\"");
    }
}
