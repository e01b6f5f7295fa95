//! What observing costs: goldsignal, the floor and the peers, interleaved.
//!
//! ```console
//! $ cargo run --release --manifest-path benches/Cargo.toml
//! $ cargo run --release --manifest-path benches/Cargo.toml -- server      # a request in a real server
//! $ cargo run --release --manifest-path benches/Cargo.toml -- record      # all of it, into docs/costs
//! ```
//!
//! Times of a shared machine prove nothing by themselves: read the ratios. Every round runs every case once, in
//! an order that rotates, so that what disturbs the machine disturbs all of them alike; what is told is the
//! median of the rounds that were disturbed least. Afterwards every case is asked how much it counted: an operation lost is an error.

mod case;
mod compile;
mod counters;
mod disturbance;
mod events;
mod floor;
mod functions;
mod groups;
mod growth;
mod instructions;
mod lines;
mod measure;
mod record;
mod requests;
mod scrape;
mod server;
mod stories;
mod table;
mod targets;
#[cfg(feature = "traced")]
mod traced;
mod verdict;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Where what was measured is kept.
const COSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/costs");

/// Measures what observing costs.
#[derive(Debug, Parser)]
struct Options {
    /// How many rounds are measured.
    #[arg(long, default_value_t = 41)]
    rounds: usize,
    /// Only these groups: functions, counters, lines, events, requests, quiet, stories, series, scrape, scrape-histograms,
    /// scrape-beside.
    #[arg(long)]
    only: Vec<String>,
    /// Writes the figures as JSON, too.
    #[arg(long, value_name = "FILE", global = true)]
    json: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Instead>,
}

/// What can be done instead of measuring times.
#[derive(Debug, Subcommand)]
enum Instead {
    /// Measures everything and writes it down: figures, targets, pictures. Takes about half an hour on two cores.
    Record {
        /// Where it is written.
        #[arg(long, default_value = COSTS)]
        folder: PathBuf,
        /// Leaves out a part, which stays as it was written before.
        #[arg(long)]
        without: Vec<record::Part>,
    },
    /// Counts instructions by valgrind and compares them with the recorded ceilings.
    Instructions {
        /// Records them as the new ceilings.
        #[arg(long)]
        record: bool,
    },
    /// Measures what observing costs to compile. Takes about ten minutes on two cores.
    Compile {
        /// How many handlers.
        #[arg(long, default_value_t = 300)]
        handlers: usize,
        /// How many times each is checked.
        #[arg(long, default_value_t = 7)]
        rounds: usize,
    },
    /// Measures what a request costs in a real server. Takes about three minutes on two cores.
    Server(server::Settings),
    /// Draws how cost grows with threads and series: pictures and their numbers.
    Growth {
        /// Where they are written.
        #[arg(long, default_value = COSTS)]
        folder: PathBuf,
    },
    /// Runs one operation so many times.
    #[command(hide = true)]
    Run { group: String, name: String, times: u64 },
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.command {
        None => times(&options),
        Some(Instead::Record { folder, without }) => record::all(folder, options.rounds, without),
        Some(Instead::Instructions { record }) => instructions::check(*record),
        Some(Instead::Compile { handlers, rounds }) => {
            compile::measure(*handlers, *rounds).and_then(|report| told(&report, &options))
        }
        Some(Instead::Server(settings)) => served(settings, &options),
        Some(Instead::Growth { folder }) => growth::record(folder, options.rounds),
        Some(Instead::Run { group, name, times }) => instructions::run(group, name, *times),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn times(options: &Options) -> Result<(), String> {
    let figures = groups::measure(&options.only, options.rounds)?;
    println!("\nsummary: {} cases measured, no operation lost", figures.len());
    options.json.as_deref().map_or(Ok(()), |path| write(path, &figures))?;
    if options.only.len() != 1 {
        print!("\n{}", verdict::text(&targets::rows(&figures)));
    }
    Ok(())
}

/// Prints what it costs to compile.
fn told(report: &compile::Report, options: &Options) -> Result<(), String> {
    print!("{}", verdict::text(&report.rows()));
    options.json.as_deref().map_or(Ok(()), |path| write(path, report))
}

/// Measures servers, and prints what has a target.
fn served(settings: &server::Settings, options: &Options) -> Result<(), String> {
    let figures = server::measure(settings)?;
    print!("{}", verdict::text(&server::rows(&figures)));
    options.json.as_deref().map_or(Ok(()), |path| write(path, &figures))
}

fn write(path: &Path, figures: &impl serde::Serialize) -> Result<(), String> {
    let json = serde_json::to_string_pretty(figures).map_err(|error| error.to_string())?;
    std::fs::write(path, json + "\n").map_err(|error| format!("{}: {error}", path.display()))
}
