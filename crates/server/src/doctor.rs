//! Looks at what the program needs from its machine and says, line by line, what is well and what is not.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::Path;

use kernel::chance::Chance;
use kernel::clock::Clock;
use kernel::db::Db;
use kernel::mail::Way;

use crate::keys;
use crate::serve::database_address;
use crate::settings::Settings;

/// No clock of a machine that runs this program shows an earlier time (2026-01-01, in milliseconds).
const EARLIEST_MS: i64 = 1_767_225_600_000;

/// What one look found: fine, with a remark; or wrong, with what to do.
type Finding = Result<String, String>;

/// Examines everything and prints the findings; true when all is well.
pub(crate) async fn examine(settings: &Settings) -> bool {
    let findings = [
        ("data directory", data_directory(&settings.data)),
        ("API keys", api_keys(settings)),
        ("HTTP port", http_port(settings)),
        ("media UDP port", udp_port(settings.media_udp)),
        ("media TCP port", tcp_port(settings.media_tcp)),
        ("clock", clock()),
        ("database", database(settings).await),
        ("mail relay", mail_relay(&settings.mail).await),
    ];
    let mut sound = true;
    for (what, finding) in findings {
        match finding {
            Ok(remark) => println!("ok      {what}: {remark}"),
            Err(trouble) => {
                sound = false;
                println!("wrong   {what}: {trouble}");
            }
        }
    }
    sound
}

fn data_directory(data: &Path) -> Finding {
    fs::create_dir_all(data).map_err(|error| format!("{} cannot be made: {error}", data.display()))?;
    let probe = data.join(".doctor");
    fs::write(&probe, b"well").map_err(|error| format!("{} cannot be written to: {error}", data.display()))?;
    fs::remove_file(&probe).map_err(|error| format!("{} cannot be removed: {error}", probe.display()))?;
    Ok(format!("{} can be written to", data.display()))
}

fn api_keys(settings: &Settings) -> Finding {
    let keys = keys::load(settings.livekit_keys.as_deref(), &settings.data, &Chance::from_os());
    keys.map(|_| "readable".to_owned()).map_err(|failure| failure.to_string())
}

fn http_port(settings: &Settings) -> Finding {
    let opened = TcpListener::bind(settings.listen);
    opened.map(|_| format!("{} is free", settings.listen)).map_err(|error| format!("{}: {error}; is hutong running?", settings.listen))
}

fn udp_port(port: u16) -> Finding {
    let opened = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port));
    opened.map(|_| format!("{port} is free")).map_err(|error| format!("{port}: {error}"))
}

fn tcp_port(port: u16) -> Finding {
    let opened = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
    opened.map(|_| format!("{port} is free")).map_err(|error| format!("{port}: {error}"))
}

fn clock() -> Finding {
    let now_ms = Clock::System.now().as_ms();
    if now_ms < EARLIEST_MS {
        return Err("it lies in the past; tokens and certificates depend on it".to_owned());
    }
    Ok("plausible".to_owned())
}

async fn database(settings: &Settings) -> Finding {
    let opened = Db::open(&database_address(&settings.database)).await;
    let db = opened.map_err(|error| format!("{} cannot be opened: {error}", kind_of(&settings.database)))?;
    let well = db.is_well().await;
    db.close().await;
    if well {
        Ok(format!("{} answers", kind_of(&settings.database)))
    } else {
        Err(format!("{} does not answer", kind_of(&settings.database)))
    }
}

async fn mail_relay(way: &Way) -> Finding {
    match way {
        Way::None | Way::Captured(_) => Ok("none is set, so no mail is sent".to_owned()),
        Way::Relay(relay) => relay.check().await.map(|()| "it answers and knows us".to_owned()),
    }
}

/// What the database is, without its address, which may hold a password.
fn kind_of(url: &str) -> &'static str {
    if url.starts_with("postgres") { "PostgreSQL" } else { "SQLite" }
}
