//! Opening an office of one's own, and moving its clock.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use kernel::blobs::Blobs;
use kernel::chance::Chance;
use kernel::clock::{Clock, FakeClock, Time};
use kernel::db::{Address, Db};
use kernel::limits::Limits;
use kernel::mail::{Captured, Mail, Way};
use kernel::metrics::Metrics;
use kernel::outgoing::Rules;
use kernel::parts::Parts;
use kernel::scan::Scanner;
use office::{OfficeConfig, OfficeParts, PasswordCost, Translator};
use serde_json::json;
use signalling::token::ApiKeys;
use tokio::sync::OnceCell;

use crate::complaints::Complaints;
use crate::media::FakeMedia;
use crate::people::Person;

/// Monday, 23 November 2026, 09:00 in Beijing.
const MONDAY_MORNING: Time = Time::from_ms(1_795_395_600_000);
const SEED: u64 = 1;
/// Servers of others stand on this machine.
const LOOPBACK: &str = "127.0.0.0/8";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// An office that nobody else has.
pub struct Office {
    office: office::Office,
    router: Router,
    db: Db,
    clock: FakeClock,
    media: FakeMedia,
    mailbox: Captured,
    owner: Option<Person>,
    address: Address,
    folder: PathBuf,
    starts: u64,
    complaints: Complaints,
}

impl Office {
    /// An office set up by its owner, Olga, with nobody else in it.
    pub async fn open() -> Office {
        Self::first_start().await.set_up().await
    }

    /// The same without a relay, so that it sends no mail.
    pub async fn without_mail() -> Office {
        Self::start(false, false, |_| {}).await.set_up().await
    }

    /// The same with a service that translates, at that address.
    pub async fn with_translator(url: &str) -> Office {
        let translator = Translator { url: url.to_owned(), key: Some("key".to_owned()) };
        Self::start(false, true, |parts| parts.config.translator = Some(translator)).await.set_up().await
    }

    /// An office that tells somebody of urgent messages.
    pub async fn with_urgent_webhook(url: String) -> Office {
        Self::start(false, true, |parts| parts.config.urgent_webhook = Some(url)).await.set_up().await
    }

    /// An office in which one limit is another.
    pub async fn with_limit(name: &str, value: u64) -> Office {
        let limits = Limits::with(&[(name.to_owned(), value)].into()).expect("a limit of that name");
        Self::start(false, true, |parts| parts.limits = limits).await.set_up().await
    }

    async fn set_up(self) -> Office {
        let mut office = self;
        let link = office.office.set_up_link().expect("nobody has set it up").to_owned();
        let token = link.rsplit_once('=').map(|(_, token)| token).unwrap_or_default();
        let body = json!({ "token": token, "office_name": "Brickworks", "name": "Olga", "username": "olga", "password": PASSWORD, "language": "en" });
        let mut owner = office.stranger();
        owner.sign_in_by("/api/org/set-up", body).await.created();
        office.owner = Some(owner);
        office
    }

    /// An office that has just been started for the first time.
    pub async fn first_start() -> Office {
        Self::start(false, true, |_| {}).await
    }

    /// One that has uploaded files looked at by a command.
    pub async fn scanning_with(command: &str) -> Office {
        Self::start(false, true, |parts| parts.config.scanner = Scanner::Command(command.to_owned())).await.set_up().await
    }

    /// The demonstration.
    pub async fn demo() -> Office {
        let office = Self::start(true, true, |_| {}).await;
        office::demo::fill(&office.office).await.expect("it is filled");
        office
    }

    async fn start(demo: bool, mail: bool, arrange: impl FnOnce(&mut OfficeParts)) -> Office {
        let complaints = Complaints::listen();
        let name = unique_name();
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).expect("a folder of its own");
        let address = match std::env::var("HUTONG_TEST_POSTGRES") {
            Ok(url) => Address::Postgres { url, schema: Some(name) },
            Err(_) => {
                let file = folder.join("office.db");
                std::fs::write(&file, template().await).expect("a copy of the template");
                Address::Sqlite { file, durable: false }
            }
        };
        let (media_control, media) = FakeMedia::start();
        let clock = FakeClock::starting_at(MONDAY_MORNING);
        let db = Db::open(&address).await.expect("the database opens");
        let mailbox = Captured::default();
        let way = if mail { Way::Captured(mailbox.clone()) } else { Way::None };
        let mut parts = OfficeParts { mail: way, ..parts(db.clone(), clock.clone(), &folder, media_control, demo) };
        arrange(&mut parts);
        let office = office::Office::open(parts).await.expect("the office opens");
        let router = office.router();
        Office { office, router, db, clock, media, mailbox, owner: None, address, folder, starts: 1, complaints }
    }

    /// Kills the office and opens it again over the same data. What was on its way is lost, as far as it was not committed.
    /// People are [led](Office::leads) to the new one by hand, and their sockets are gone.
    pub async fn reopen(&mut self) {
        self.office.close_sockets();
        self.db.close().await;
        self.starts += 1;
        let (media_control, media) = FakeMedia::start();
        let db = Db::open(&self.address).await.expect("the database opens");
        let parts = parts(db.clone(), self.clock.clone(), &self.folder, media_control, false);
        // The same chance would draw the same ids again.
        let chance = Chance::seeded(SEED + self.starts);
        let parts = OfficeParts { mail: Way::Captured(self.mailbox.clone()), chance, ..parts };
        self.office = office::Office::open(parts).await.expect("the office opens");
        (self.router, self.db, self.media) = (self.office.router(), db, media);
        if let Some(owner) = self.owner.take() {
            self.owner = Some(self.leads(&owner));
        }
    }

    /// Leads somebody to this office as it is now, with the cookie they have.
    pub fn leads(&self, person: &Person) -> Person {
        person.at(self.office.clone(), self.router.clone())
    }

    /// Where everything lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Person {
        Person::new(self.office.clone(), self.router.clone())
    }

    /// The owner, Olga.
    pub fn owner(&self) -> &Person {
        self.owner.as_ref().expect("the office is set up")
    }

    /// Creates a member of that username and signs them in.
    pub async fn member(&self, username: &str) -> Person {
        self.person(username, "member").await
    }

    /// Creates several members and signs them in.
    pub async fn members<const N: usize>(&self, usernames: [&str; N]) -> [Person; N] {
        let mut people = Vec::with_capacity(N);
        for username in usernames {
            people.push(self.member(username).await);
        }
        people.try_into().unwrap_or_else(|_| unreachable!("one for each name"))
    }

    /// Creates an administrator and signs them in.
    pub async fn admin(&self, username: &str) -> Person {
        self.person(username, "admin").await
    }

    async fn person(&self, username: &str, role: &str) -> Person {
        let mut name: Vec<char> = username.chars().collect();
        if let Some(first) = name.first_mut() {
            first.make_ascii_uppercase();
        }
        let name: String = name.into_iter().collect();
        let body = json!({ "name": name, "username": username, "role": role, "password": PASSWORD, "language": "en" });
        self.owner().post("/api/org/members", body).await.created();
        self.sign_in(username).await
    }

    /// Signs somebody in on one more device.
    pub async fn sign_in(&self, username: &str) -> Person {
        let mut person = self.stranger();
        let body = json!({ "login": username, "password": PASSWORD, "remember": true });
        person.sign_in_by("/api/org/sign-in", body).await.ok();
        person
    }

    /// The owner of another organisation in the same deployment: a stranger here.
    pub async fn owner_elsewhere(&self) -> Person {
        let founded = self.office.found_organisation("Elsewhere", "Eve", "eve", PASSWORD).await;
        founded.expect("it is founded");
        self.sign_in("eve").await
    }

    /// The media server's other end.
    pub fn media(&self) -> &FakeMedia {
        &self.media
    }

    /// The mail that went out so far, the oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.mailbox.mails()
    }

    /// The mail that went to that address, the oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The other end of the mail, to give it bad days.
    pub fn mailbox(&self) -> &Captured {
        &self.mailbox
    }

    /// The database, to ask it whether it understands every statement.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The office itself.
    pub fn inner(&self) -> &office::Office {
        &self.office
    }

    /// Lets the office complain in its log with these words; any other complaint fails the story when it ends.
    pub fn expects_complaint(&self, words: &str) {
        self.complaints.expect(words);
    }

    /// What the clock shows, in milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.clock.now().as_ms()
    }

    /// Moves the clock, stopping at every moment at which a job or a mail comes due.
    pub async fn forward(&self, by: Duration) {
        let goal = self.clock.now() + by;
        self.settle().await;
        loop {
            let job = kernel::jobs::next_due(&self.db).await.expect("the jobs can be read");
            let mail = kernel::mail::next_due(&self.db).await.expect("the mail can be read");
            let push = self.office.next_push().await.expect("the pushes can be read");
            let ahead = job.into_iter().chain(mail).chain(push).filter(|due| *due <= goal && *due > self.clock.now());
            let stop = ahead.min().unwrap_or(goal);
            self.clock.advance(stop.since(self.clock.now()));
            self.settle().await;
            if stop == goal {
                return;
            }
        }
    }

    /// Carries and runs what is waiting until nothing moves.
    pub async fn settle(&self) {
        self.office.settle().await.expect("it settles");
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.office.close_sockets();
        if !std::thread::panicking() {
            let left = left_over(&self.address, self.clock.now());
            assert!(left.is_empty(), "jobs were left over: {left:?}");
            let complaints = self.complaints.unexpected();
            assert!(complaints.is_empty(), "the office complained: {complaints:#?}");
        }
        // A folder that stays is swept up with the rest of the temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Jobs that a story should have seen done. It is asked on a thread of its own: the story's has no time left to wait on.
fn left_over(address: &Address, now: Time) -> Vec<(String, Option<String>)> {
    let asking = async {
        let db = Db::open(address).await.expect("the database opens");
        let left = kernel::jobs::left_over(&db, now).await.expect("the jobs can be read");
        db.close().await;
        left
    };
    std::thread::scope(|threads| {
        let asked = threads.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(asking)
        });
        asked.join().expect("an answer")
    })
}

fn parts(db: Db, clock: FakeClock, folder: &Path, control: media::control::Control, demo: bool) -> OfficeParts {
    OfficeParts {
        db,
        clock: Clock::Fake(clock),
        chance: Chance::seeded(SEED),
        blobs: Blobs::in_folder(&folder.join("blobs")).expect("a folder for files"),
        uploads: Parts::in_folder(&folder.join("uploads")).expect("a folder for uploads"),
        control,
        mail: Way::None,
        outgoing: Rules { allow: LOOPBACK.parse().expect("a network"), proxy: None },
        limits: Limits::default(),
        metrics: Metrics::new(),
        config: OfficeConfig {
            public_url: Some("https://office.example".to_owned()),
            behind_proxy: false,
            encrypted: false,
            demo,
            version: "0.0.0-test",
            scanner: Scanner::None,
            password_cost: PasswordCost::Least,
            translator: None,
            urgent_webhook: None,
        },
        keys: ApiKeys::new("APItest", "a secret that is long enough for a test"),
    }
}

/// A name no other test has, in this run or another that is under way.
fn unique_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("hutong_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A database with every table and no row, made once for all tests of this process.
async fn template() -> &'static [u8] {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    TEMPLATE.get_or_init(make_template).await
}

async fn make_template() -> Vec<u8> {
    let folder = std::env::temp_dir().join(unique_name());
    std::fs::create_dir_all(&folder).expect("a folder of its own");
    let file = folder.join("template.db");
    let db = Db::open(&Address::Sqlite { file: file.clone(), durable: false }).await.expect("it opens");
    let clock = FakeClock::starting_at(MONDAY_MORNING);
    let (control, _media) = FakeMedia::start();
    let parts = parts(db.clone(), clock, &folder, control, false);
    drop(office::Office::open(parts).await.expect("the office opens"));
    db.close().await;
    let bytes = std::fs::read(&file).expect("the template");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    bytes
}
