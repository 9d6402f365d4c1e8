//! `hutong user`: what whoever runs the machine may do for people who cannot get in.
//!
//! It opens the database of the settings and nothing else: no port, no media, no file of the office. The office may run
//! meanwhile.

use kernel::blobs::Blobs;
use kernel::chance::Chance;
use kernel::clock::Clock;
use kernel::db::{Address, Db};
use kernel::metrics::Metrics;
use media::control::Control;
use office::{Console, OfficeConfig, OfficeParts, PasswordCost};

use crate::failure::Failure;
use crate::keys;
use crate::serve::database_address;
use crate::settings::Settings;

/// A new password for somebody, whose devices are signed out.
pub(crate) async fn reset_password(settings: &Settings, login: &str) -> Result<String, Failure> {
    let (console, db) = open(settings).await?;
    let reset = console.reset_password(login).await;
    db.close().await;
    reset?.ok_or_else(|| Failure::new(format!("nobody signs in as {login:?}; `hutong user list` shows who does")))
}

/// Everybody, a line each.
pub(crate) async fn list(settings: &Settings) -> Result<String, Failure> {
    let (console, db) = open(settings).await?;
    let people = console.people().await;
    db.close().await;
    let line = |person: office::ConsolePerson| {
        let state = if person.is_disabled { "  disabled" } else { "" };
        format!("{:<24} {:<7} {}{state}\n", person.username, person.role, person.name)
    };
    Ok(people?.into_iter().map(line).collect())
}

async fn open(settings: &Settings) -> Result<(Console, Db), Failure> {
    let address = database_address(&settings.database);
    if let Address::Sqlite { file, .. } = &address
        && !file.exists()
    {
        return Err(Failure::new(format!("there is no database at {}; give --data or --database as for serve", file.display())));
    }
    let chance = Chance::from_os();
    let db = Db::open(&address).await?;
    let parts = OfficeParts {
        db: db.clone(),
        clock: Clock::System,
        blobs: Blobs::in_folder(&settings.data.join("files"))?,
        control: Control::pair().0,
        mail: settings.mail.clone(),
        outgoing: settings.outgoing.clone(),
        limits: settings.limits.clone(),
        metrics: Metrics::new(),
        config: OfficeConfig {
            public_url: settings.public_url.clone(),
            behind_proxy: false,
            encrypted: false,
            demo: settings.demo,
            version: env!("CARGO_PKG_VERSION"),
            password_cost: PasswordCost::Full,
        },
        keys: keys::load(settings.livekit_keys.as_deref(), &settings.data, &chance)?,
        chance,
    };
    Ok((Console::open(parts).await?, db))
}
