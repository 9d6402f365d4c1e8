//! Settings from flags, the environment and a file, in that order of precedence.
//!
//! The program lists its keys; whatever else is set is an error that names the key, because a
//! misspelt setting that is silently ignored is worse than a program that does not start.

use std::collections::BTreeMap;

use crate::limits::{Limits, UnknownLimit};

/// Every variable of ours begins like this.
pub const ENV_PREFIX: &str = "HUTONG_";

/// Something that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `part.what` in the file; `HUTONG_PART_WHAT` in the environment.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
}

impl Key {
    /// Its name in the environment.
    pub fn variable(&self) -> String {
        let name: String = self.name.chars().map(|c| if c == '.' || c == '-' { '_' } else { c }).collect();
        format!("{ENV_PREFIX}{}", name.to_ascii_uppercase())
    }
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("the configuration file cannot be read: {0}")]
    NotToml(String),
    /// A key nobody knows.
    #[error("there is no setting called {name:?} ({place})")]
    Unknown {
        /// As it was written.
        name: String,
        /// Where it was written.
        place: &'static str,
    },
    /// A value of the wrong kind.
    #[error("{name:?} must be {wanted}, not {given:?}")]
    Wrong {
        /// The key.
        name: String,
        /// What would be right.
        wanted: &'static str,
        /// What was given.
        given: String,
    },
    /// A limit nobody knows.
    #[error(transparent)]
    Limit(#[from] UnknownLimit),
}

/// The settings in force.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, String>,
    limits: Limits,
}

impl Settings {
    /// Puts the three sources together. `flags` wins over `env`, `env` over `file`.
    pub fn gather(
        keys: &[Key],
        flags: &BTreeMap<&'static str, String>,
        env: impl IntoIterator<Item = (String, String)>,
        file: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let mut values = BTreeMap::new();
        let mut limits = BTreeMap::new();
        for (name, value) in read_file(file.unwrap_or_default())? {
            match (name.strip_prefix("limits."), find(keys, |key| key.name == name)) {
                (Some(limit), _) => {
                    limits.insert(limit.to_owned(), number(&name, &value)?);
                }
                (None, Some(key)) => {
                    values.insert(key.name, value);
                }
                (None, None) => return Err(unknown(name, "in the file")),
            }
        }
        for (variable, value) in env.into_iter().filter(|(v, _)| v.starts_with(ENV_PREFIX)) {
            let Some(key) = find(keys, |key| key.variable() == variable) else {
                return Err(unknown(variable, "in the environment"));
            };
            values.insert(key.name, value);
        }
        for (name, value) in flags {
            let Some(key) = find(keys, |key| key.name == *name) else {
                return Err(unknown((*name).to_owned(), "on the command line"));
            };
            values.insert(key.name, value.clone());
        }
        let limits = Limits::with(&limits)?;
        Ok(Self { values, limits })
    }

    /// The value of that key, if it is set anywhere.
    pub fn of(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The limits, with what the file replaces.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

fn find(keys: &[Key], is_it: impl Fn(&Key) -> bool) -> Option<&Key> {
    keys.iter().find(|key| is_it(key))
}

fn unknown(name: String, place: &'static str) -> ConfigError {
    ConfigError::Unknown { name, place }
}

fn number(name: &str, value: &str) -> Result<u64, ConfigError> {
    value.parse().map_err(|_| ConfigError::Wrong { name: name.to_owned(), wanted: "a whole number", given: value.to_owned() })
}

/// The file as dotted names; nesting is only a way to write the dots.
fn read_file(text: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| ConfigError::NotToml(e.to_string()))?;
    let mut found = Vec::new();
    let mut open: Vec<(String, toml::Value)> = table.into_iter().collect();
    while let Some((name, value)) = open.pop() {
        match value {
            toml::Value::Table(inner) => {
                open.extend(inner.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            toml::Value::String(text) => found.push((name, text)),
            toml::Value::Integer(number) => found.push((name, number.to_string())),
            toml::Value::Boolean(yes) => found.push((name, yes.to_string())),
            toml::Value::Array(parts) if parts.iter().all(toml::Value::is_str) => {
                let parts: Vec<&str> = parts.iter().filter_map(toml::Value::as_str).collect();
                found.push((name, parts.join(",")));
            }
            other => {
                return Err(ConfigError::Wrong {
                    name,
                    wanted: "a text, a list of texts, a whole number, or true or false",
                    given: other.to_string(),
                });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[Key] = &[Key { name: "listen", about: "Where to listen." }, Key { name: "media.udp", about: "The UDP port." }];

    fn gather(env: &[(&str, &str)], file: &str) -> Result<Settings, ConfigError> {
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let flags = BTreeMap::from([("listen", "flag".to_owned())]);
        Settings::gather(KEYS, &flags, env, Some(file))
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let env = [("HUTONG_LISTEN", "env"), ("HUTONG_MEDIA_UDP", "2"), ("HOME", "/root")];
        let settings = gather(&env, "[media]\nudp = 1").expect("all keys are known");
        assert_eq!(settings.of("listen"), Some("flag"));
        assert_eq!(settings.of("media.udp"), Some("2"));
    }

    #[test]
    fn a_list_of_texts_is_read_as_the_environment_writes_it() {
        let settings = gather(&[], "[media]\nudp = [\"1\", \"2\"]").expect("all keys are known");
        assert_eq!(settings.of("media.udp"), Some("1,2"));
        assert!(gather(&[], "[media]\nudp = [1, 2]").is_err());
    }

    #[test]
    fn an_unknown_key_is_named() {
        let said = |r: Result<Settings, ConfigError>| r.expect_err("unknown").to_string();
        assert_eq!(said(gather(&[("HUTONG_LISTN", "x")], "")), "there is no setting called \"HUTONG_LISTN\" (in the environment)");
        assert_eq!(said(gather(&[], "[media]\nudb = 1")), "there is no setting called \"media.udb\" (in the file)");
        assert_eq!(said(gather(&[], "[limits]\n\"a.b\" = 1")), "there is no limit called \"a.b\"");
    }
}
