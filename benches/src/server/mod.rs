//! What a request costs in a real server: a process of its own with one worker thread, and connections that are always busy.
//!
//! In a loop everything is hot. Here each request also runs the parts of axum, hyper and tokio around it, whose code and
//! data share the caches with what is measured.

mod cases;
mod counts;
mod load;
mod ours;
#[cfg(not(feature = "traced"))]
mod peers;
mod process;
mod rounds;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::groups;
use crate::instructions::{DATA_MISSES, INSTRUCTION_MISSES};

pub(crate) use process::serve;
pub(crate) use table::{rows, text};

use counts::Counts;
use process::{Server, Side};
use rounds::Rounds;

/// What is measured, and how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Settings {
    /// How many rounds are measured. Each measures every server once.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// How long each server is measured in a round.
    #[arg(long, default_value_t = 0.5)]
    seconds: f64,
    /// Only servers whose name contains this, and those that they are compared with.
    #[arg(long)]
    only: Vec<String>,
    /// Another build of this program, whose servers with goldsignal are measured beside.
    #[arg(long, value_name = "PROGRAM")]
    beside: Option<PathBuf>,
    /// Counts no instructions and cache misses.
    #[arg(long)]
    without_counts: bool,
    /// Keeps what valgrind has counted in this folder, for `callgrind_annotate`.
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// The settings of what is recorded.
pub(crate) const RECORDED: Settings = Settings {
    rounds: 41,
    seconds: 0.5,
    only: Vec::new(),
    beside: None,
    without_counts: false,
    keep: None,
};

/// What was measured of a server: medians of all rounds.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Figures {
    pub(crate) case: String,
    /// Microseconds of the processor for each request, of all threads of the server.
    pub(crate) processor: f64,
    /// How many more than the bare server, in the same round.
    pub(crate) added: f64,
    /// The middle half of the rounds lies between these.
    pub(crate) added_quartiles: (f64, f64),
    /// Microseconds that the client waits.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) requests_per_second: f64,
    /// Instructions and cache misses, where they were counted.
    pub(crate) counts: Option<Counts>,
}

/// Measures the servers and prints their table.
///
/// # Errors
/// If a server fails, or has not counted each request.
pub(crate) fn measure(settings: &Settings) -> Result<Vec<Figures>, String> {
    let servers = start(settings)?;
    process::pin(Side::Load);
    let rounds = Rounds::measure(&servers, settings.rounds, settings.seconds)?;
    for (server, requests) in servers.into_iter().zip(rounds.requests()) {
        let name = server.name().to_owned();
        match server.stop()? {
            Some(counted) if counted != requests => {
                return Err(format!("`{name}` answered {requests} requests and counted {counted}"));
            }
            _ => {}
        }
    }
    let mut figures = rounds.figures();
    if !settings.without_counts {
        for row in figures.iter_mut().filter(|row| is_case(&row.case)) {
            row.counts = Some(counts::count(&row.case, settings.keep.as_deref())?);
        }
    }
    println!("{}", text(&figures));
    Ok(figures)
}

/// Measures the servers that need goldsignal's spans, by `program`, this one with them.
///
/// # Errors
/// If it cannot be run, or fails.
pub(crate) fn traced(program: &mut Command) -> Result<Vec<Figures>, String> {
    let file = std::env::temp_dir().join(format!("goldsignal-server-{}.json", std::process::id()));
    let rounds = RECORDED.rounds.to_string();
    program.args(["server", "--rounds", &rounds, "--json"]).arg(&file);
    let status = program.status().map_err(|error| format!("server, traced: {error}"))?;
    let figures = groups::read::<Vec<Figures>>(&file);
    // It may not have come that far.
    let _ = std::fs::remove_file(&file);
    if !status.success() {
        return Err("server, traced: see above".to_owned());
    }
    Ok(figures?.into_iter().filter(|row| row.case.starts_with("goldsignal")).collect())
}

/// What a request takes of the servers with goldsignal, and of the bare one: what has a ceiling.
///
/// # Errors
/// If it cannot be counted.
pub(crate) fn counted() -> Result<BTreeMap<String, f64>, String> {
    let cases = cases::all();
    let names = cases.iter().map(|case| case.name);
    let wanted = names.filter(|name| *name == cases::BARE || name.starts_with("goldsignal"));
    let mut counted = BTreeMap::new();
    for name in wanted {
        let Counts { instructions, instruction_misses, data_misses, .. } =
            counts::count(name, None)?;
        let tenths = |count: f64| (count * 10.0).round() / 10.0;
        counted.insert(format!("server: {name}"), instructions.round());
        counted.insert(format!("server: {name}{INSTRUCTION_MISSES}"), tenths(instruction_misses));
        counted.insert(format!("server: {name}{DATA_MISSES}"), tenths(data_misses));
    }
    Ok(counted)
}

/// Whether this program serves a case of that name.
fn is_case(name: &str) -> bool {
    cases::all().iter().any(|case| case.name == name)
}

/// Starts all servers. Those that are not measured sleep.
fn start(settings: &Settings) -> Result<Vec<Server>, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let compared = [cases::BARE, cases::FROM_FN, cases::BY_HAND];
    let wanted = |name: &str| {
        settings.only.is_empty()
            || compared.contains(&name)
            || settings.only.iter().any(|only| name.contains(only))
    };
    let names: Vec<_> =
        cases::all().iter().map(|case| case.name).filter(|name| wanted(name)).collect();
    let start = |name: &&str| Server::start(Command::new(&this), name);
    let mut servers = names.iter().map(start).collect::<Result<Vec<_>, _>>()?;
    if let Some(program) = &settings.beside {
        for name in names.iter().filter(|name| name.starts_with("goldsignal")) {
            servers.push(
                Server::start(Command::new(program), name)?.called(format!("beside: {name}")),
            );
        }
    }
    Ok(servers)
}
