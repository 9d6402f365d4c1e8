//! The rules of STYLE.md that a machine can check and no lint does: module docs, arrows between crates,
//! capabilities and web folders, banned words, file lengths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::steps::output;
use crate::{Failure, Outcome, root};

/// Lines a file may have, tests and all.
const FILE_LINES_MAX: usize = 900;

/// The file `arrows.toml`.
struct Arrows(toml::Table);

/// A hand-written source file.
struct Source {
    /// Relative to the checkout, with forward slashes.
    path: String,
    text: String,
}

pub(crate) fn run() -> Outcome {
    let arrows = Arrows::read()?;
    let sources = sources()?;
    let mut complaints = Vec::new();
    complaints.extend(files(&sources));
    complaints.extend(banned_words(&arrows, &sources)?);
    complaints.extend(crates(&arrows)?);
    complaints.extend(capabilities(&arrows, &sources)?);
    complaints.extend(web_folders(&arrows, &sources)?);
    if complaints.is_empty() {
        println!("tidy: {} files, nothing to complain about", sources.len());
        return Ok(());
    }
    Err(format!("tidy:\n  {}", complaints.join("\n  ")))
}

impl Arrows {
    fn read() -> Result<Arrows, Failure> {
        let text = fs::read_to_string(root().join("arrows.toml")).map_err(|error| format!("arrows.toml: {error}"))?;
        text.parse().map(Arrows).map_err(|error| format!("arrows.toml: {error}"))
    }

    /// One table of the file: a name and the names it may use.
    fn table(&self, name: &str) -> Result<BTreeMap<&str, BTreeSet<&str>>, Failure> {
        let table = self.0.get(name).and_then(toml::Value::as_table).ok_or_else(|| format!("arrows.toml has no [{name}]"))?;
        Ok(table.iter().map(|(from, to)| (from.as_str(), words(to))).collect())
    }
}

fn words(value: &toml::Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(toml::Value::as_str).collect()
}

/// Every Rust and TypeScript file that git knows and a person wrote.
fn sources() -> Result<Vec<Source>, Failure> {
    let listed = output("git", &["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*.ts", "*.tsx"])?;
    let paths = listed.lines().filter(|path| !path.contains(".gen.") && root().join(path).exists());
    paths
        .map(|path| {
            let text = fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
            Ok(Source { path: path.to_owned(), text })
        })
        .collect()
}

fn files(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for Source { path, text } in sources {
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            complaints.push(format!("{path}: {lines} lines; split it while it is cheap (at most {FILE_LINES_MAX})"));
        }
        if path.ends_with(".rs") && !text.starts_with("//!") && !text.starts_with("#![") {
            complaints.push(format!("{path}: does not open with `//!` saying what it is and what it must never do"));
        }
    }
    complaints
}

/// Words a crate must not contain, outside its tests folder too: knowing them means knowing too much.
fn banned_words(arrows: &Arrows, sources: &[Source]) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for (name, banned) in arrows.table("banned-words")? {
        let folder = format!("crates/{name}/src/");
        for Source { path, text } in sources.iter().filter(|source| source.path.starts_with(&folder)) {
            for (number, line) in text.lines().enumerate() {
                let lower = line.to_lowercase();
                let found = lower.split(|letter: char| !letter.is_alphanumeric()).find(|word| banned.contains(word));
                if let Some(word) = found {
                    complaints.push(format!("{path}:{}: {name} must not know the word {word:?}", number + 1));
                }
            }
        }
    }
    Ok(complaints)
}

/// Dependencies between our crates, as cargo sees them, against `[crates]` and `[crates-dev]`.
fn crates(arrows: &Arrows) -> Result<Vec<String>, Failure> {
    let allowed = arrows.table("crates")?;
    let allowed_in_tests = arrows.table("crates-dev")?;
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--no-deps"])?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let mut complaints = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(may) = allowed.get(name) else {
            complaints.push(format!("arrows.toml: [crates] does not say what {name} may use"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let for_tests = dependency["kind"] == "dev";
            let in_tests = for_tests && allowed_in_tests.get(name).is_some_and(|names| names.contains(used));
            if allowed.contains_key(used) && !may.contains(used) && !in_tests {
                complaints.push(format!("{name} → {used}: no such arrow in arrows.toml"));
            }
        }
    }
    complaints.extend(cycle(&allowed).map(|names| format!("arrows.toml: [crates] has a cycle: {names}")));
    Ok(complaints)
}

/// Uses of one capability's face by another, against `[capabilities]`.
fn capabilities(arrows: &Arrows, sources: &[Source]) -> Result<Vec<String>, Failure> {
    let allowed = arrows.table("capabilities")?;
    let mut complaints: Vec<String> =
        cycle(&allowed).map(|names| format!("arrows.toml: [capabilities] has a cycle: {names}")).into_iter().collect();
    for Source { path, text } in sources {
        let Some(own) = path.strip_prefix("crates/office/src/").and_then(|rest| rest.split_once('/')).map(|(folder, _)| folder) else {
            continue;
        };
        let Some(may) = allowed.get(own) else { continue };
        for (number, line) in text.lines().enumerate() {
            let used = allowed.keys().filter(|other| **other != own && line.contains(&format!("crate::{other}::")));
            complaints.extend(
                used.filter(|other| !may.contains(**other))
                    .map(|other| format!("{path}:{}: {own} → {other}: no such arrow in arrows.toml", number + 1)),
            );
        }
    }
    Ok(complaints)
}

/// Imports between the folders of the web client: layers as in `[web]`, capabilities through their faces only.
fn web_folders(arrows: &Arrows, sources: &[Source]) -> Result<Vec<String>, Failure> {
    let layers = arrows.table("web")?;
    let capabilities = arrows.table("capabilities")?;
    let mut complaints = Vec::new();
    for Source { path, text } in sources {
        let Some((own, _)) = path.strip_prefix("web/src/").and_then(|rest| rest.split_once('/')) else { continue };
        for (number, line) in text.lines().enumerate() {
            let Some(target) = imported(path, line) else { continue };
            let Some((other, inside)) = target.split_once('/').or(Some((target.as_str(), ""))) else { continue };
            if other == own || !(layers.contains_key(other) || capabilities.contains_key(other)) {
                continue;
            }
            let at = || format!("{path}:{}: {own} → {target}", number + 1);
            if let Some(may) = layers.get(own) {
                if !may.contains("*") && !may.contains(other) {
                    complaints.push(format!("{}: no such arrow in arrows.toml", at()));
                }
            } else if let Some(may) = capabilities.get(own).filter(|_| capabilities.contains_key(other)) {
                if !may.contains(other) {
                    complaints.push(format!("{}: no such arrow in arrows.toml", at()));
                } else if !inside.is_empty() && inside != "index" {
                    complaints.push(format!("{}: import the face, not the inside", at()));
                }
            } else if other == "app" && !inside.is_empty() && inside != "index" {
                complaints.push(format!("{}: of the shell, screens use the face only", at()));
            }
        }
    }
    Ok(complaints)
}

/// What a line imports, as a path below `web/src`, or nothing.
fn imported(path: &str, line: &str) -> Option<String> {
    let trimmed = line.trim_start();
    if !(trimmed.starts_with("import") || trimmed.starts_with("export") || trimmed.starts_with("} from")) {
        return None;
    }
    let quoted = line.split(['\'', '"']).rev().nth(1)?;
    if let Some(rest) = quoted.strip_prefix("@/") {
        return Some(rest.to_owned());
    }
    if !quoted.starts_with('.') {
        return None;
    }
    let mut folder: PathBuf = Path::new(path).parent()?.strip_prefix("web/src").ok()?.to_path_buf();
    for part in quoted.split('/') {
        match part {
            "." => {}
            ".." => {
                folder.pop();
            }
            name => folder.push(name),
        }
    }
    Some(folder.to_string_lossy().into_owned())
}

/// The names on a cycle, if there is one.
fn cycle(arrows: &BTreeMap<&str, BTreeSet<&str>>) -> Option<String> {
    let mut done = BTreeSet::new();
    let mut waiting: BTreeSet<&str> = arrows.keys().copied().collect();
    loop {
        let free: Vec<&str> =
            waiting.iter().filter(|name| arrows[**name].iter().all(|to| done.contains(to) || !arrows.contains_key(to))).copied().collect();
        if waiting.is_empty() {
            return None;
        }
        if free.is_empty() {
            return Some(waiting.into_iter().collect::<Vec<_>>().join(", "));
        }
        for name in free {
            waiting.remove(name);
            done.insert(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, BTreeSet, cycle, imported};

    #[test]
    fn a_cycle_is_found_and_a_chain_is_not() {
        let chain = BTreeMap::from([("a", BTreeSet::from(["b"])), ("b", BTreeSet::from([])), ("c", BTreeSet::from(["a", "b"]))]);
        assert_eq!(cycle(&chain), None);
        let round = BTreeMap::from([("a", BTreeSet::from(["b"])), ("b", BTreeSet::from(["a"])), ("c", BTreeSet::from([]))]);
        assert_eq!(cycle(&round), Some("a, b".to_owned()));
    }

    #[test]
    fn imports_are_resolved_against_the_importing_file() {
        assert_eq!(imported("web/src/org/pages/Directory.tsx", "import { Avatar } from '../../ui/Avatar'"), Some("ui/Avatar".to_owned()));
        assert_eq!(imported("web/src/org/api.ts", "import type { X } from \"@/api/client\";"), Some("api/client".to_owned()));
        assert_eq!(imported("web/src/org/api.ts", "import { useState } from 'react'"), None);
        assert_eq!(imported("web/src/org/api.ts", "const text = 'import'"), None);
    }
}
