//! The hutong program: arguments, settings, logs, and what each verb does.
//!
//! It puts the office and the media server together and knows nothing of what either of them is for.

mod args;
mod connections;
mod doctor;
mod failure;
mod keys;
mod logs;
mod serve;
mod settings;
mod tls;
mod token;
mod user;
mod web;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, TokenVerb, UserVerb, Verb};
use failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.verb) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("hutong: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode, Failure> {
    let environment = std::env::vars().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match verb {
        Verb::Serve(flags) => {
            let settings = settings::read(&flags, environment)?;
            logs::start(&settings)?;
            runtime.block_on(serve::serve(settings))?;
            // Whatever still runs in the background has nothing left to tell anybody.
            runtime.shutdown_background();
            Ok(ExitCode::SUCCESS)
        }
        Verb::Token(TokenVerb::Create { room, identity, name, hours, admin, flags }) => {
            let settings = settings::read(&flags, environment)?;
            let wanted = token::Wanted { room, name: name.unwrap_or_else(|| identity.clone()), identity, hours, admin };
            println!("{}", token::create(&settings, wanted)?);
            Ok(ExitCode::SUCCESS)
        }
        Verb::User(UserVerb::ResetPassword { login, flags }) => {
            let settings = settings::read(&flags, environment)?;
            println!("{}", runtime.block_on(user::reset_password(&settings, &login))?);
            Ok(ExitCode::SUCCESS)
        }
        Verb::User(UserVerb::List { flags }) => {
            let settings = settings::read(&flags, environment)?;
            print!("{}", runtime.block_on(user::list(&settings))?);
            Ok(ExitCode::SUCCESS)
        }
        Verb::Limits => {
            print!("{}", settings::every_limit());
            Ok(ExitCode::SUCCESS)
        }
        Verb::Doctor(flags) => {
            let settings = settings::read(&flags, environment)?;
            let sound = runtime.block_on(doctor::examine(&settings));
            Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
