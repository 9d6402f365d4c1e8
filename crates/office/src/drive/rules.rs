//! What may be done with files. Pure: it decides and touches nothing.

use super::errors::Refused;
use super::model::{Entry, EntryKind, Scan, Settings};

/// Refuses what would take more room than there is; nothing as a quota means no bound.
pub(super) fn fits(settings: Settings, member_bytes: i64, organisation_bytes: i64) -> Result<(), Refused> {
    let is_over = |quota: i64, used: i64| quota > 0 && used > quota;
    match () {
        () if is_over(settings.member_quota_bytes, member_bytes) => Err(Refused::MemberFull),
        () if is_over(settings.organisation_quota_bytes, organisation_bytes) => Err(Refused::OrganisationFull),
        () => Ok(()),
    }
}

/// The bytes of a file that may be given away now.
pub(super) fn bytes_of(entry: &Entry) -> Result<&str, Refused> {
    match (entry.kind, entry.looks.scan, &entry.hash) {
        (EntryKind::File, Scan::Clean, Some(hash)) => Ok(hash),
        (EntryKind::File, Scan::Waiting, _) => Err(Refused::Scanning),
        (EntryKind::File, Scan::Infected, _) => Err(Refused::Infected),
        (EntryKind::Folder, ..) | (EntryKind::File, Scan::Clean, None) => Err(Refused::NotFound),
    }
}

/// Settings that make sense.
pub(super) fn settings(wanted: Settings) -> Result<Settings, Refused> {
    let days = 0..=36_500;
    match () {
        () if wanted.member_quota_bytes < 0 => Err(Refused::Field("member_quota_bytes")),
        () if wanted.organisation_quota_bytes < 0 => Err(Refused::Field("organisation_quota_bytes")),
        () if !days.contains(&wanted.retention_days) => Err(Refused::Field("retention_days")),
        () if !(1..=36_500).contains(&wanted.bin_days) => Err(Refused::Field("bin_days")),
        () if !(1..=500).contains(&wanted.versions_kept) => Err(Refused::Field("versions_kept")),
        () => Ok(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_quota_is_no_bound() {
        let settings = Settings { member_quota_bytes: 10, organisation_quota_bytes: 0, ..Settings::default() };
        assert_eq!(fits(settings, 10, i64::MAX), Ok(()));
        assert_eq!(fits(settings, 11, 11), Err(Refused::MemberFull));
        let settings = Settings { member_quota_bytes: 0, organisation_quota_bytes: 20, ..settings };
        assert_eq!(fits(settings, 1_000, 21), Err(Refused::OrganisationFull));
    }
}
