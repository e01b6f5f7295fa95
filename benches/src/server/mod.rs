//! What a request costs in a real server: a process of its own with one worker thread, and connections that are always busy.
//!
//! In a loop everything is hot. Here each request also runs the parts of axum, hyper and tokio around it, whose code and
//! data share the caches with what is measured.

mod case;
mod counts;
mod load;
mod process;
mod rounds;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use core_affinity::CoreId;
use serde::{Deserialize, Serialize};

use crate::instructions::{DATA_MISSES, INSTRUCTION_MISSES};

pub(crate) use table::{rows, text};

use counts::Counts;
use process::Server;
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
    /// Another build of the program `server`, whose servers with goldsignal are measured beside.
    #[arg(long, value_name = "PROGRAM")]
    beside: Option<PathBuf>,
    /// Also a server with goldsignal's spans compiled, for which all of it is built once more.
    #[arg(long)]
    traced: bool,
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
    traced: true,
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
    let cases = case::all(settings)?;
    let (servers_core, load_core) = cores();
    // A process that is started has the core of the thread that starts it.
    pin(servers_core);
    let servers = cases.iter().map(Server::start).collect::<Result<Vec<_>, _>>()?;
    pin(load_core);
    let rounds = Rounds::measure(&servers, settings.rounds, settings.seconds)?;
    for (server, requests) in servers.into_iter().zip(rounds.requests()) {
        server.stop_after(requests)?;
    }
    let mut figures = rounds.figures();
    if !settings.without_counts {
        for (row, case) in figures.iter_mut().zip(&cases) {
            row.counts = Some(counts::count(case, settings.keep.as_deref())?);
        }
    }
    println!("{}", text(&figures));
    Ok(figures)
}

/// What a request takes of the servers that have ceilings, by name.
///
/// # Errors
/// If it cannot be counted.
pub(crate) fn counted() -> Result<BTreeMap<String, f64>, String> {
    let mut counted = BTreeMap::new();
    for case in case::with_ceilings()? {
        let Counts { instructions, instruction_misses, data_misses, .. } =
            counts::count(&case, None)?;
        let tenths = |count: f64| (count * 10.0).round() / 10.0;
        let name = format!("server: {}", case.name);
        counted.insert(format!("{name}{INSTRUCTION_MISSES}"), tenths(instruction_misses));
        counted.insert(format!("{name}{DATA_MISSES}"), tenths(data_misses));
        counted.insert(name, instructions.round());
    }
    Ok(counted)
}

/// A core for the servers, and another for the load. None where there is only one.
fn cores() -> (Option<CoreId>, Option<CoreId>) {
    match core_affinity::get_core_ids().unwrap_or_default().as_slice() {
        [first, .., last] => (Some(*first), Some(*last)),
        _ => (None, None),
    }
}

/// Gives this thread a core, and what it starts.
fn pin(core: Option<CoreId>) {
    if let Some(core) = core {
        core_affinity::set_for_current(core);
    }
}
