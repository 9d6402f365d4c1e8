//! What whoever runs the machine may do without being anybody in the office: help people who cannot get in.
//!
//! It stands beside an office that may be running on the same database, so it starts nothing, carries nothing and leaves
//! the set-up link alone. Everything it does is in the audit log.

use kernel::Result;

use crate::desk::Desk;
use crate::{OfficeParts, migrate, org};

/// The operator's way in.
#[derive(Debug)]
pub struct Console {
    desk: Desk,
}

/// A person as the operator sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsolePerson {
    /// What they sign in with.
    pub username: String,
    /// Their name in the directory.
    pub name: String,
    /// `owner`, `admin` or `member`.
    pub role: &'static str,
    /// Whether they are shut out.
    pub is_disabled: bool,
}

impl Console {
    /// Brings the tables up to date, as a start of the office does.
    pub async fn open(parts: OfficeParts) -> Result<Console> {
        migrate(&parts).await?;
        Ok(Console { desk: Desk::new(parts) })
    }

    /// A new password for whoever signs in by that name, address or number; all their devices are signed out. Nothing
    /// when there is nobody.
    pub async fn reset_password(&self, login: &str) -> Result<Option<String>> {
        org::reset_password_by_operator(&self.desk, login).await
    }

    /// Everybody in the deployment, by username.
    pub async fn people(&self) -> Result<Vec<ConsolePerson>> {
        let people = org::everybody(&self.desk).await?;
        let shown =
            people.into_iter().map(|(username, name, role, is_disabled)| ConsolePerson { username, name, role: role.word(), is_disabled });
        Ok(shown.collect())
    }
}
