//! What the office does: one line for each capability, in alphabetical order.

use futures::future::BoxFuture;
use kernel::Result;
use kernel::bus::Bus;
use kernel::db::Migration;
use kernel::jobs::Jobs;
use media::control::NodeEvent;
use utoipa_axum::router::OpenApiRouter;

use crate::desk::Desk;
use crate::{chat, meetings, notify, open, org};

/// What a capability brings along.
pub(crate) struct Feature {
    /// The one word for it, everywhere.
    pub(crate) name: &'static str,
    /// Its part of the API; every path begins with `/api/` and its name.
    pub(crate) routes: fn() -> OpenApiRouter<Desk>,
    /// Its tables; every name begins with its own, or is just that.
    pub(crate) migrations: &'static [Migration],
    /// Has it listen to events, its own and those of the capabilities it may use.
    pub(crate) listens: fn(&Desk, &mut Bus),
    /// Has it do its jobs.
    pub(crate) jobs: fn(&Desk, &mut Jobs),
    /// Follows what happens in the media server.
    pub(crate) follows: Option<Follow>,
    /// The kinds of notice that tell members of it, as `capability.what_happened`.
    pub(crate) notices: &'static [&'static str],
}

/// Brings a capability in line with one event of the media server.
pub(crate) type Follow = fn(Desk, NodeEvent) -> BoxFuture<'static, Result<()>>;

/// Every capability.
pub(crate) const FEATURES: &[Feature] = &[chat::FEATURE, meetings::FEATURE, notify::FEATURE, open::FEATURE, org::FEATURE];

#[cfg(test)]
mod tests {
    use super::FEATURES;

    #[test]
    fn they_are_in_order_and_keep_to_their_own_word() {
        assert!(FEATURES.is_sorted_by(|a, b| a.name < b.name));
        for feature in FEATURES {
            let prefix = format!("/api/{}", feature.name);
            let api = (feature.routes)().split_for_parts().1;
            for path in api.paths.paths.keys().filter(|path| *path != "/api/office") {
                // Tools call robots on the paths of their vendors.
                let is_vendors = feature.name == "open" && !path.starts_with("/api/");
                assert!(is_vendors || path.starts_with(&prefix), "{path} is not under {prefix}");
            }
            let words = format!("{}.", feature.name);
            assert!(feature.notices.iter().all(|kind| kind.starts_with(&words)), "{words}");
            for migration in feature.migrations {
                assert_eq!(migration.capability, feature.name);
                let tables = migration.text.split("CREATE TABLE ").skip(1);
                for table in tables {
                    let table = table.split([' ', '(']).next().unwrap_or_default();
                    let own = table == feature.name || table.starts_with(&format!("{}_", feature.name));
                    assert!(own, "{table}");
                }
            }
        }
    }
}
