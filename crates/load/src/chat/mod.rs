//! Messages: people of the load write to each other through the API and listen on their event sockets. Every
//! message that was acknowledged must come out of every open socket of its conversation exactly once.

mod history;
mod http;
mod idle;
mod ledger;
mod options;
mod people;
mod report;
mod step;

use std::sync::Arc;

use http::Http;
use idle::Idle;
pub(crate) use options::Options;
use people::{Conversation, Person};

use crate::options::wall_s;
use crate::report::cpu_seconds;

/// The server and who is on it.
struct Office {
    http: Http,
    people: Vec<Person>,
    conversations: Vec<Conversation>,
}

/// Runs all rates; says whether everything adds up.
pub(crate) async fn run(options: Options) -> Result<bool, String> {
    let http = Http::new(&options.url).await?;
    let people = people::gather(&http, &options).await?;
    let conversations = people::bring_together(&http, &people, &options).await?;
    let office = Arc::new(Office { http, people, conversations });
    if options.history > 0 {
        history::run(&office, options.history, &format!("load-{:x}-", wall_s())).await?;
        people::dissolve(&office.http, &office.people, &office.conversations).await?;
        return Ok(true);
    }
    println!("{} people, {} conversations of {}, {} s at each rate", options.people, options.conversations, options.size, options.duration);
    let idle = Idle::open(&office, options.idle, options.pid).await?;
    print!("{}", report::heading());
    let mut is_well = true;
    for (index, rate) in options.rate.iter().enumerate() {
        let plan = step::Plan {
            rate: *rate,
            duration: options.step(),
            read_every: options.read_every(),
            mark: format!("load-{:x}-{index}-", wall_s()),
        };
        let before = options.pid.map(cpu_seconds).transpose()?;
        let outcome = step::run(&office, &plan).await;
        let after = options.pid.map(cpu_seconds).transpose()?;
        let outcome = outcome?;
        print!("{}", report::row(&outcome, before.zip(after).map(|(before, after)| after - before)));
        is_well &= report::is_well(&outcome);
    }
    if idle.cut() > 0 {
        println!("{} idle sockets were closed by the server", idle.cut());
        is_well = false;
    }
    people::dissolve(&office.http, &office.people, &office.conversations).await?;
    Ok(is_well)
}
