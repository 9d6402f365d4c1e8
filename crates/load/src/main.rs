//! Simulated participants against a running server: `sim`'s clients over real sockets, and what they saw; or,
//! with `--chat`, people who write to each other. It talks to the address it is given and to nothing else, and is
//! bounded by count and time.

mod chat;
mod options;
mod participant;
mod report;
mod signal;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser as _;

use options::Options;
use participant::{Outcome, Plan};

fn main() -> ExitCode {
    // Asked first: the two have different options and different help.
    let done = match std::env::args().any(|argument| argument == "--chat") {
        true => chat::Options::parse().checked().and_then(|options| wait_for(chat::run(options))),
        false => Options::parse().checked().and_then(|options| wait_for(run(options))),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wait_for(work: impl Future<Output = Result<bool, String>>) -> Result<bool, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(work)
}

/// Runs the whole load; says whether everybody got in.
async fn run(options: Options) -> Result<bool, String> {
    let server = signal::resolve(&options.url).await?;
    let epoch = now();
    let ends = epoch + options.ramp() + Duration::from_secs(options.duration);
    let cpu_before = options.pid.map(report::cpu_seconds).transpose()?;
    let mut people = tokio::task::JoinSet::new();
    for index in 0..options.participants {
        let begins = epoch + Duration::from_millis(options.ramp_ms) * index;
        let plan = Plan::new(&options, server, index, epoch, begins, ends)?;
        people.spawn(participant::take_part(plan));
    }
    let mut outcomes: Vec<Outcome> = Vec::new();
    while let Some(done) = people.join_next().await {
        outcomes.push(done.map_err(|error| error.to_string())?);
    }
    let cpu_after = options.pid.map(report::cpu_seconds).transpose()?;
    let cpu = cpu_before.zip(cpu_after).map(|(before, after)| after - before);
    print!("{}", report::text(&options, &outcomes, cpu));
    Ok(outcomes.iter().all(|outcome| outcome.connected.is_some()))
}

/// The one place that reads the clock.
#[expect(clippy::disallowed_methods, reason = "this is a shell around the machines of sim, which take the time as an argument")]
fn now() -> Instant {
    Instant::now()
}
