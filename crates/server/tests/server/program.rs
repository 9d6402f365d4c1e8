//! The program in a folder of its own, on ports that the system chooses.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::client::Browser;

/// The password of everybody whom these stories create.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The keys that sign tokens, for stories that look for them.
pub(crate) const KEYS: &str = "storykey: a-secret-that-is-long-enough-for-hs256";

/// A folder that goes when the story ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("hutong-server-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program, about to run with nothing of our own environment in its way.
pub(crate) fn hutong(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hutong"));
    command.args(words).env_clear();
    command
}

/// Runs the program to its end.
pub(crate) fn output(words: &[&str]) -> Output {
    hutong(words).output().expect("it runs")
}

/// What a program that would not start says.
pub(crate) fn complaint(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    assert!(!output.status.success(), "it should not have run");
    String::from_utf8(output.stderr).expect("text")
}

/// A program that serves.
pub(crate) struct Program {
    child: Child,
    told: BufReader<ChildStdout>,
    /// Where HTTP is answered.
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Program {
    /// Starts it on that folder and returns once it is open.
    pub(crate) fn start(folder: &Folder, flags: &[&str]) -> Program {
        Program::run(hutong(&[]), folder, flags)
    }

    /// Starts it by a command that only lacks the words for serving.
    pub(crate) fn run(mut command: Command, folder: &Folder, flags: &[&str]) -> Program {
        let data = folder.path().join("data");
        let log = folder.path().join("log");
        let errors = fs::OpenOptions::new().create(true).append(true).open(&log).expect("a log");
        command.args(["serve", "--listen", "127.0.0.1:0", "--media-udp", "0", "--media-tcp", "0", "--media-workers", "1"]);
        command.args(["--livekit-keys", KEYS, "--data"]).arg(data).args(flags);
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("it starts");
        let mut told = BufReader::new(child.stdout.take().expect("what it tells"));
        let mut line = String::new();
        told.read_line(&mut line).expect("text");
        let port = line.trim().rsplit_once("://localhost:").and_then(|(_, port)| port.parse().ok());
        let Some(port) = port else {
            panic!("it did not open: {line}{}", fs::read_to_string(&log).unwrap_or_default());
        };
        Program { child, told, address: SocketAddr::from(([127, 0, 0, 1], port)), log }
    }

    /// Starts it for the first time and sets it up; gives its owner's browser as well.
    pub(crate) fn start_new(folder: &Folder, flags: &[&str]) -> (Program, Browser) {
        let mut program = Program::start(folder, flags);
        let token = program.set_up_token();
        let mut owner = program.browser();
        let form = json!({ "token": token, "office_name": "Brickworks", "name": "Olga", "username": "olga", "password": PASSWORD });
        owner.post("/api/org/set-up", &form).must_be(201);
        (program, owner)
    }

    /// The secret of the link that it prints at its first start.
    pub(crate) fn set_up_token(&mut self) -> String {
        let line = self.next_line();
        let (_, token) = line.split_once("/set-up?token=").unwrap_or_else(|| panic!("no link: {line}"));
        token.to_owned()
    }

    /// The next line it prints for whoever started it.
    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.told.read_line(&mut line).expect("text");
        line.trim().to_owned()
    }

    /// Somebody with a browser who is not signed in.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Somebody who signs in.
    pub(crate) fn signed_in(&self, login: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        browser.post("/api/org/sign-in", &json!({ "login": login, "password": password })).must_be(200);
        browser
    }

    /// The process as the system numbers it.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a pid"))
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("it is there");
    }

    /// Waits until it is gone.
    pub(crate) fn ended(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    /// Stops it in good order.
    pub(crate) fn stop(self) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        self.ended()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
