//! The command: what is asked, who does it, and the exit code.
//!
//! 0: done, and everything held; 1: a run that failed, or something that did not hold; 2: a command or a
//! file that is wrong, or that asks for what is not to be had.
#![forbid(unsafe_code)]

use clap::Parser;
use config::Model;
use config::model::Driver;
use dahdi_sys::LinuxKernel;
use spangate::io::gateway::{Gateway, Surroundings};
use spangate::io::guard;
use spangate::io::signals;
use spangate::lab::embedded::Embedded;
use spangate::lab::phone::Answerer;
use spangate::lab::{conformance, demo, soak};
use spangate::ops::cli::{self, Cli, Command, EXIT_USAGE, Sim};
use spangate::ops::client::Client;
use spangate::ops::maintenance::CircuitAction;
use spangate::ops::{log, sim};
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let command = Cli::parse().command();
    // A gateway that cannot start was asked for what is not to be had: a taken port, a journal that is another's.
    let failure = if matches!(command, Command::Run(_)) { ExitCode::from(EXIT_USAGE) } else { ExitCode::FAILURE };
    let done = match command {
        Command::Run(run) => match cli::model(run.config.as_deref()) {
            Ok(model) => self::run(model),
            Err(code) => return code,
        },
        Command::Check(check) => return cli::check(&check),
        Command::Guard(guard) => guard::process::run(&guard.release).map(|()| true).map_err(Into::into),
        Command::Status(status) => self::status(&status),
        Command::Block(asked) => self::circuits(&asked, CircuitAction::Block),
        Command::Unblock(asked) => self::circuits(&asked, CircuitAction::Unblock),
        Command::Reset(asked) => self::circuits(&asked, CircuitAction::Reset),
        Command::Query(asked) => self::circuits(&asked, CircuitAction::Query),
        Command::Validate(asked) => self::circuits(&asked, CircuitAction::Validate),
        Command::Continuity(asked) => self::circuits(&asked, CircuitAction::Continuity),
        Command::Link(asked) => self::link(&asked),
        Command::Sim(Sim::Call(call)) => self::sim_call(&call),
        Command::Sim(Sim::Answer(answer)) => self::sim_answer(&answer),
        Command::Sim(Sim::Soak(order)) => soak::run(&order, &mut io::stdout()).map_err(Into::into),
        Command::Conformance(order) => conformance::run(&order, &mut io::stdout()).map_err(Into::into),
        Command::Demo(order) => demo::run(&order).map_err(Into::into),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("spangate: {error}");
            failure
        }
    }
}

type Done = Result<bool, Box<dyn Error>>;

/// Runs the gateway until it is told to stop.
fn run(model: Model) -> Done {
    let _log = log::start(model.log.level)?;
    let embedded = match &model.driver {
        Driver::Sim(sim) => Some(Embedded::start(&model, sim)?),
        Driver::Dahdi => None,
    };
    let surroundings = match &embedded {
        Some(embedded) => embedded.surroundings(),
        None => Surroundings {
            kernel: Arc::new(LinuxKernel),
            laboratory: None,
            patience_ms: Box::new(|| 0),
            outlive_us: true,
        },
    };
    let mut gateway = Gateway::start(model, surroundings)?;
    signals::watch(gateway.requests())?;
    if gateway.ready() {
        println!("ready {}", gateway.addresses());
    }
    Ok(gateway.join().is_clean())
}

fn status(status: &cli::Status) -> Done {
    let document = Client::new(status.admin).status()?;
    match status.json {
        true => println!("{}", serde_json::to_string_pretty(&document)?),
        false => print!("{document}"),
    }
    Ok(true)
}

/// True when every circuit came to what was asked for.
fn circuits(asked: &cli::Circuits, action: CircuitAction) -> Done {
    let report = Client::new(asked.admin).circuits(&asked.order(action))?;
    match asked.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    Ok(report.is_success())
}

/// True when the link came to what was asked for.
fn link(asked: &cli::Link) -> Done {
    let (order, how) = asked.order();
    let report = Client::new(how.admin).link(&order)?;
    match how.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    Ok(report.outcome.is_success())
}

fn sim_answer(answer: &cli::SimAnswer) -> Done {
    let telephone = Answerer::bind(answer.listen)?;
    println!("answering at {}", telephone.address());
    telephone.answer(answer.count, |answered| println!("{answered}"))?;
    Ok(true)
}

fn sim_call(call: &cli::SimCall) -> Done {
    let summary = sim::run(call, &mut io::stdout())?;
    println!("{summary}");
    Ok(summary.is_success())
}
