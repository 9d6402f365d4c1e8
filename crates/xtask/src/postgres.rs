//! A throw-away PostgreSQL cluster for one test run: own folder, own port, no network beyond loopback.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{finish, has, output};
use crate::{Failure, target};

/// The running cluster; dropping it stops the server and removes the folder.
pub(crate) struct Cluster {
    folder: PathBuf,
    binaries: PathBuf,
    as_user: Option<&'static str>,
    port: u16,
}

impl Cluster {
    /// Makes and starts a cluster.
    pub(crate) fn start() -> Result<Cluster, Failure> {
        let binaries = binaries().ok_or("PostgreSQL is not installed: `cargo xtask setup` installs it")?;
        let port = free_port()?;
        let as_user = (output("id", &["-u"])?.trim() == "0").then_some("postgres");
        // A server that refuses to run as root needs a folder that its own user may enter.
        let parent = if as_user.is_some() { std::env::temp_dir() } else { target() };
        let folder = parent.join(format!("hutong-postgres-{port}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let cluster = Cluster { folder, binaries, as_user, port };
        if let Some(user) = as_user {
            finish(Command::new("chown").arg(user).arg(&cluster.folder))?;
        }
        let data = cluster.data();
        finish(cluster.command("initdb").args(["-U", "hutong", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"]).arg(&data))?;
        let settings = format!("-p {port} -k {} -h 127.0.0.1 -c fsync=off -c max_connections=200", cluster.folder.display());
        let log = cluster.folder.join("log");
        finish(cluster.command("pg_ctl").arg("-D").arg(&data).args(["-w", "-o", &settings, "-l"]).arg(log).arg("start"))?;
        Ok(cluster)
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("postgres://hutong@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let path = self.binaries.join(program);
        let Some(user) = self.as_user else { return Command::new(path) };
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={user}"), &format!("--regid={user}"), "--init-groups"]).arg(path);
        command.current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let _ = finish(self.command("pg_ctl").arg("-D").arg(data).args(["-m", "immediate", "stop"]));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The newest installed server's folder; Debian keeps it off the path.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok();
    let newest = versions
        .and_then(|entries| entries.flatten().map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max());
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        has("initdb").then(|| std::env::split_paths(&path).find(|folder| Path::new(folder).join("initdb").exists())).flatten()
    })
}

/// Below the ports that the kernel gives to outgoing connections: nobody takes it while the cluster is made.
fn free_port() -> Result<u16, Failure> {
    let first = u16::try_from(std::process::id() % 12_000).unwrap_or_default();
    let mut candidates = (0..12_000).map(|step| 20_000 + (first + step) % 12_000);
    candidates.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).ok_or_else(|| "no free port for PostgreSQL".to_owned())
}
