//! The licence gate: every package of the dependency tree carries a licence of the policy. Advisories need
//! the network; `deny.toml` is there for whoever has it.

use serde_json::Value;

use crate::Outcome;
use crate::steps::output;

/// Licences that a package may carry. A package with a choice needs one of them.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

pub(crate) fn run() -> Outcome {
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let refused: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("");
            (!is_allowed(licence)).then(|| format!("  {} {}: {licence:?}", package["name"], package["version"]))
        })
        .collect();
    if refused.is_empty() {
        println!("licences: {} packages, all within the policy", packages.len());
        return Ok(());
    }
    Err(format!("licences outside the policy:\n{}", refused.join("\n")))
}

/// SPDX expressions as crates write them: `OR` (or the old `/`) binds weaker than `AND`.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let normal = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    normal.split(" AND ").all(|part| part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim())))
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn a_choice_needs_one_and_a_sum_needs_all() {
        assert!(is_allowed("MIT OR Apache-2.0"));
        assert!(is_allowed("MIT/GPL-3.0"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_allowed("MIT AND GPL-3.0"));
        assert!(!is_allowed("AGPL-3.0"));
        assert!(!is_allowed(""));
    }
}
