//! The kernel as its users see it: on SQLite always, and on PostgreSQL when
//! `HUTONG_TEST_POSTGRES` holds its address.

#[path = "kernel/outgoing.rs"]
mod outgoing;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use kernel::bus::{Bus, Event, announce};
use kernel::chance::Chance;
use kernel::clock::{Clock, FakeClock, Time};
use kernel::db::{Address, Db, GroupWriter, Ids, Migration};
use kernel::error::Language;
use kernel::jobs::{Job, Jobs, enqueue};
use kernel::limits::Limits;
use kernel::mail::{Captured, Mail, Mailer, Way, next_due};
use kernel::metrics::Metrics;
use kernel::{Error, sql};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

/// For what hangs; less than a change waits for the database.
const PATIENCE: Duration = Duration::from_secs(8);
const START: Time = Time::from_ms(1_795_000_000_000);

const SHELVES: &[Migration] = &[Migration {
    capability: "shelves",
    number: 1,
    text: "CREATE TABLE shelves_books (id UUID PRIMARY KEY, title TEXT NOT NULL UNIQUE, lent BOOLEAN NOT NULL DEFAULT FALSE);",
}];

/// A database of its own for each test; the folder goes when the test ends.
struct Scratch {
    db: Db,
    folder: std::path::PathBuf,
}

impl Scratch {
    async fn all() -> Vec<Scratch> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("k{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut addresses = vec![Address::Sqlite { file: folder.join("office.db"), durable: false }];
        if let Ok(url) = std::env::var("HUTONG_TEST_POSTGRES") {
            addresses.push(Address::Postgres { url, schema: Some(name) });
        }
        let mut all = Vec::new();
        for address in addresses {
            let db = Db::open(&address).await.expect("it opens");
            db.migrate(SHELVES, START).await.expect("it migrates");
            all.push(Scratch { db, folder: folder.clone() });
        }
        all
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn add_book(db: &Db, id: Uuid, title: &str) -> kernel::Result<u64> {
    db.write(sql!("INSERT INTO shelves_books (id, title) VALUES ($1, $2)")).bind(id).bind(title.to_owned()).run().await
}

#[tokio::test]
async fn every_statement_is_understood_and_migrating_twice_changes_nothing() {
    for Scratch { db, .. } in &Scratch::all().await {
        assert_eq!(db.check().await.expect("it answers"), Vec::<String>::new());
        db.migrate(SHELVES, START).await.expect("once more");
        let edited = Migration { text: "CREATE TABLE shelves_other (id UUID);", ..SHELVES[0] };
        let error = db.migrate(&[edited], START).await.expect_err("an edited step is refused");
        assert!(error.to_string().contains("shelves step 1"), "{error}");
        assert!(db.is_well().await);
    }
}

#[tokio::test]
async fn lists_duplicates_and_readers_are_the_same_on_both() {
    for Scratch { db, .. } in &Scratch::all().await {
        let chance = Chance::seeded(1);
        let ids: Vec<Uuid> = (0..3).map(|_| chance.uuid(START)).collect();
        for (id, title) in ids.iter().zip(["论语", "Emma", "诗经"]) {
            add_book(db, *id, title).await.expect("a new title");
        }
        let again = add_book(db, chance.uuid(START), "Emma").await;
        assert!(again.expect_err("the title is taken").is_duplicate());
        let found: Vec<(Uuid, String, bool)> = db
            .read(sql!("SELECT id, title, lent FROM shelves_books WHERE id = ANY($1) ORDER BY id"))
            .bind(Ids::from_iter([ids[0], ids[2]]))
            .all()
            .await
            .expect("they are there");
        let expected = vec![(ids[0], "论语".to_owned(), false), (ids[2], "诗经".to_owned(), false)];
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_change_dropped_half_way_never_happened() {
    for Scratch { db, .. } in &Scratch::all().await {
        let mut tx = db.begin().await.expect("it begins");
        tx.ask(sql!("DELETE FROM shelves_books")).run().await.expect("it runs");
        announce(&mut tx, &Lent { title: "Emma".into() }, &Chance::seeded(1), START).await.expect("it is announced");
        drop(tx);
        assert_eq!(Bus::default().carry(db).await.expect("it carries"), 0);
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_writing_goes_on_when_there_is_space_again() {
    let all = Scratch::all().await;
    let Scratch { db, .. } = all.first().expect("SQLite always");
    // It holds for the connection that ran it only: the next one finds space.
    let no_space = Migration { capability: "shelves", number: 2, text: "PRAGMA max_page_count = 1;" };
    db.migrate(&[SHELVES[0], no_space], START).await.expect("it runs");
    let chance = Chance::seeded(1);
    let title = "a long title ".repeat(10_000);
    let mut tx = db.begin().await.expect("it begins");
    let insert = tx.ask(sql!("INSERT INTO shelves_books (id, title) VALUES ($1, $2)")).bind(chance.uuid(START)).bind(title.clone());
    let error = insert.run().await.expect_err("there is no space");
    assert_eq!(error.refusal().map(|refusal| refusal.code()), Some("storage.full"));
    drop(tx);
    let id = chance.uuid(START);
    let mut tx = db.begin().await.expect("it begins again");
    let insert = tx.ask(sql!("INSERT INTO shelves_books (id, title) VALUES ($1, $2)")).bind(id).bind(title);
    insert.run().await.expect("there is space");
    tx.commit().await.expect("it commits");
    let kept: Vec<(Uuid,)> = db.read(sql!("SELECT id FROM shelves_books")).all().await.expect("they are read");
    assert_eq!(kept, [(id,)]);
}

#[derive(Serialize, Deserialize)]
struct Lent {
    title: String,
}

impl Event for Lent {
    const NAME: &'static str = "shelves.lent";
}

#[tokio::test]
async fn an_event_is_carried_until_its_listener_is_content() {
    for Scratch { db, .. } in &Scratch::all().await {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let mut bus = Bus::default();
        let ears = Arc::clone(&heard);
        bus.listen(move |lent: Lent| {
            let mut heard = ears.lock().expect("no listener panics");
            heard.push(lent.title);
            let first = heard.len() == 1;
            async move {
                match first {
                    true => Err(Error::internal("listening", "not now")),
                    false => Ok(()),
                }
            }
        });
        let mut tx = db.begin().await.expect("it begins");
        announce(&mut tx, &Lent { title: "Emma".into() }, &Chance::seeded(1), START).await.expect("it is announced");
        tx.commit().await.expect("it commits");
        db.committed().await;
        for waiting in [1, 1, 0] {
            assert_eq!(bus.carry(db).await.expect("it carries"), waiting);
        }
        assert_eq!(*heard.lock().expect("no listener panics"), ["Emma", "Emma"]);
    }
}

#[tokio::test]
async fn a_job_waits_for_its_time_runs_once_and_is_tried_again() {
    for Scratch { db, .. } in &Scratch::all().await {
        let runs = Arc::new(AtomicU64::new(0));
        let mut jobs = Jobs::default();
        let count = Arc::clone(&runs);
        jobs.on("shelves.dust", move |_, _| {
            let first = count.fetch_add(1, Ordering::Relaxed) == 0;
            async move {
                match first {
                    true => Err(Error::internal("dusting", "no cloth")),
                    false => Ok(()),
                }
            }
        });
        let job = Job {
            kind: "shelves.dust",
            key: Some("dust".into()),
            payload: serde_json::Value::Null,
            run_at: START + Duration::from_secs(60),
        };
        let chance = Chance::seeded(1);
        let mut tx = db.begin().await.expect("it begins");
        enqueue(&mut tx, job.clone(), &chance, START).await.expect("taken in");
        enqueue(&mut tx, job, &chance, START).await.expect("the same key, once");
        tx.commit().await.expect("it commits");
        let run_after = async |s| jobs.run_due(db, START + Duration::from_secs(s)).await.expect("ok");
        assert_eq!(run_after(59).await, 0);
        assert_eq!(run_after(60).await, 1);
        assert_eq!(run_after(65).await, 0);
        assert_eq!(run_after(70).await, 1);
        assert_eq!(run_after(9_999).await, 0);
        assert_eq!(runs.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn a_slow_job_holds_up_none_of_another_kind() {
    for Scratch { db, .. } in &Scratch::all().await {
        let (quick, slow) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let mut jobs = Jobs::default();
        let (waits, done) = (Arc::clone(&quick), Arc::clone(&slow));
        jobs.on("shelves.bind", move |_, _| {
            let (waits, done) = (Arc::clone(&waits), Arc::clone(&done));
            async move {
                waits.notified().await;
                done.notify_one();
                Ok(())
            }
        });
        let does = Arc::clone(&quick);
        jobs.on("shelves.dust", move |_, _| {
            does.notify_one();
            async { Ok(()) }
        });
        let (clock, chance) = (Clock::Fake(FakeClock::starting_at(START)), Chance::seeded(1));
        // The clock stands still: only the commit of a job that is due can wake whoever does it.
        let take_in = async |kind| {
            let job = Job { kind, key: None, payload: serde_json::Value::Null, run_at: START };
            let mut tx = db.begin().await.expect("it begins");
            enqueue(&mut tx, job, &chance, START).await.expect("taken in");
            tx.commit().await.expect("it commits");
        };
        let both = async {
            take_in("shelves.bind").await;
            take_in("shelves.dust").await;
            slow.notified().await;
        };
        tokio::select! {
            () = jobs.run(db, &clock) => unreachable!("it runs for ever"),
            () = both => {}
        }
    }
}

#[tokio::test]
async fn a_job_in_the_middle_of_a_change_goes_on_while_others_are_taken() {
    const KINDS: [&str; 4] = ["shelves.bind", "shelves.count", "shelves.dust", "shelves.label"];
    const ROUNDS: u32 = 5;
    for Scratch { db, .. } in &Scratch::all().await {
        let done = Arc::new(Semaphore::new(0));
        let mut jobs = Jobs::default();
        for kind in KINDS {
            let (db, done) = (db.clone(), Arc::clone(&done));
            jobs.on(kind, move |_, _| {
                let (db, done) = (db.clone(), Arc::clone(&done));
                async move {
                    let mut tx = db.begin().await?;
                    tx.ask(sql!("UPDATE shelves_books SET lent = TRUE WHERE title = 'bound'")).run().await?;
                    tx.commit().await?;
                    done.add_permits(1);
                    Ok(())
                }
            });
        }
        let (clock, chance) = (Clock::Fake(FakeClock::starting_at(START)), Chance::seeded(1));
        let rounds = async {
            for _ in 0..ROUNDS {
                let mut tx = db.begin().await.expect("it begins");
                for kind in KINDS {
                    let job = Job { kind, key: None, payload: serde_json::Value::Null, run_at: START };
                    enqueue(&mut tx, job, &chance, START).await.expect("taken in");
                }
                tx.commit().await.expect("it commits");
            }
            done.acquire_many(ROUNDS * 4).await.expect("nobody closes it").forget();
        };
        tokio::select! {
            () = jobs.run(db, &clock) => unreachable!("it runs for ever"),
            all = timeout(PATIENCE, rounds) => all.expect("nobody waits for the writer in vain"),
        }
    }
}

#[tokio::test]
async fn writers_in_a_group_fail_alone() {
    for Scratch { db, .. } in &Scratch::all().await {
        let writer = GroupWriter::start(db.clone(), |tx, titles: &[(Uuid, &'static str)]| {
            async move {
                for (id, title) in titles {
                    tx.ask(sql!("INSERT INTO shelves_books (id, title, lent) VALUES ($1, $2, TRUE)")).bind(*id).bind(*title).run().await?;
                }
                Ok(vec![(); titles.len()])
            }
            .boxed()
        });
        let chance = Chance::seeded(1);
        let titles = ["a", "b", "a", "c"].map(|title| (chance.uuid(START), title));
        let written = futures::future::join_all(titles.map(|row| writer.write(row))).await;
        let failed: Vec<bool> = written.iter().map(Result::is_err).collect();
        assert_eq!(failed.iter().filter(|failed| **failed).count(), 1, "{failed:?}");
    }
}

fn mail(to: &str) -> Mail {
    Mail { to: to.to_owned(), language: Language::En, subject: "Books".to_owned(), text: "Two are due.\n".to_owned(), html: String::new() }
}

#[tokio::test]
async fn mail_goes_out_with_its_change_and_outlives_the_program() {
    for scratch in Scratch::all().await {
        let fake = FakeClock::starting_at(START);
        let clock = Clock::Fake(fake.clone());
        let (db, chance) = (&scratch.db, Chance::seeded(1));
        let captured = Captured::default();
        let start = || Mailer::new(Way::Captured(captured.clone()), &Limits::default(), &Metrics::new());
        let worth_until = START + Duration::from_secs(3_600);
        let first = start();
        let mut tx = db.begin().await.expect("it begins");
        first.enqueue(&mut tx, &mail("dropped@books.example"), worth_until, &chance, START).await.expect("taken in");
        drop(tx);
        captured.is_away_once();
        let mut tx = db.begin().await.expect("it begins");
        for name in ["ann", "ben"] {
            first.enqueue(&mut tx, &mail(&format!("{name}@books.example")), worth_until, &chance, START).await.expect("taken in");
        }
        tx.commit().await.expect("it commits");
        assert_eq!(first.deliver_due(db, &clock).await.expect("tried"), 2);
        let second = start();
        assert_eq!(second.deliver_due(db, &clock).await.expect("tried"), 0, "not before its pause is over");
        fake.advance(Duration::from_secs(10));
        assert_eq!(second.deliver_due(db, &clock).await.expect("tried"), 1);
        let mut written: Vec<String> = captured.mails().into_iter().map(|mail| mail.to).collect();
        written.sort();
        assert_eq!(written, ["ann@books.example", "ben@books.example"]);
        assert_eq!(next_due(db).await.expect("read"), None, "nothing is kept of what was sent");
    }
}

#[tokio::test]
async fn only_so_much_mail_waits_and_none_without_a_relay() {
    for scratch in Scratch::all().await {
        let (db, chance) = (&scratch.db, Chance::seeded(1));
        let limits = Limits::with(&BTreeMap::from([("mail.waiting".to_owned(), 2)])).expect("it is a limit");
        let none = Mailer::new(Way::None, &limits, &Metrics::new());
        let some = Mailer::new(Way::Captured(Captured::default()), &limits, &Metrics::new());
        let mut tx = db.begin().await.expect("it begins");
        none.enqueue(&mut tx, &mail("ann@books.example"), START, &chance, START).await.expect("nothing happens");
        for _ in 0..2 {
            some.enqueue(&mut tx, &mail("ann@books.example"), START, &chance, START).await.expect("taken in");
        }
        let refused = some.enqueue(&mut tx, &mail("ann@books.example"), START, &chance, START).await.expect_err("too many");
        assert_eq!(refused.refusal().map(kernel::Refusal::code), Some("mail.too_many"));
    }
}

#[tokio::test]
async fn each_writer_gets_its_own_result_and_all_of_them_are_told() {
    for Scratch { db, .. } in &Scratch::all().await {
        let told = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&told);
        let writer = GroupWriter::start_telling(
            db.clone(),
            |_, numbers: &[i64]| async move { Ok(numbers.iter().map(|number| number * 2).collect()) }.boxed(),
            move |doubled: &[i64]| {
                ears.lock().expect("nobody panicked").extend_from_slice(doubled);
                std::future::ready(()).boxed()
            },
        );
        let written = futures::future::join_all((0..300).map(|number| writer.write(number))).await;
        let doubled: Vec<i64> = written.into_iter().map(|result| result.expect("it is written")).collect();
        assert_eq!(doubled, (0..300).map(|number| number * 2).collect::<Vec<_>>());
        told.lock().expect("nobody panicked").sort_unstable();
        assert_eq!(*told.lock().expect("nobody panicked"), doubled);
    }
}

#[tokio::test]
async fn many_rows_are_one_statement_on_both() {
    for Scratch { db, .. } in &Scratch::all().await {
        let chance = Chance::seeded(1);
        let rows: Vec<serde_json::Value> =
            ["论语", "Emma"].iter().map(|title| serde_json::json!({ "id": chance.uuid(START), "title": title, "lent": true })).collect();
        let insert = sql!(
            "INSERT INTO shelves_books (id, title, lent)
             SELECT n.id, n.title, n.lent FROM jsonb_to_recordset($1) AS n (id UUID, title TEXT, lent BOOLEAN) WHERE TRUE
             ON CONFLICT (id) DO NOTHING"
        );
        for written in [2, 0] {
            assert_eq!(db.write(insert).bind(sqlx::types::Json(rows.clone())).run().await.expect("it runs"), written);
        }
        let found: Vec<(String, bool)> =
            db.read(sql!("SELECT title, lent FROM shelves_books ORDER BY id")).all().await.expect("they are there");
        assert_eq!(found, [("论语".to_owned(), true), ("Emma".to_owned(), true)]);
    }
}
