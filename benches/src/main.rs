//! What observing costs: goldsignal, the floor and the peers, interleaved in one process.
//!
//! ```console
//! $ cargo run --release --manifest-path benches/Cargo.toml
//! ```
//!
//! Times of a shared machine prove nothing by themselves: read the ratios. Every round runs every case once, in
//! an order that rotates, so that what disturbs the machine disturbs all of them alike; what is told is the
//! median of the rounds. Afterwards every case is asked how much it counted: an operation lost is an error.

mod counters;
mod floor;
mod functions;
mod instructions;
mod lines;
mod measure;
mod requests;
mod scrape;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use measure::{Case, Figures};

/// Measures what observing costs.
#[derive(Debug, Parser)]
struct Options {
    /// How many rounds are measured.
    #[arg(long, default_value_t = 41)]
    rounds: usize,
    /// Only these groups: functions, counters, lines, requests, scrape.
    #[arg(long)]
    only: Vec<String>,
    /// Writes the figures as JSON, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Instead>,
}

/// What can be done instead of measuring times.
#[derive(Debug, Subcommand)]
enum Instead {
    /// Counts instructions by valgrind and compares them with the recorded ceilings.
    Instructions {
        /// Records them as the new ceilings.
        #[arg(long)]
        record: bool,
    },
    /// Runs one operation so many times.
    #[command(hide = true)]
    Run { group: String, name: String, times: u64 },
}

type Group = (&'static str, fn() -> Vec<Case>);

const GROUPS: [Group; 5] = [
    ("functions", functions::cases),
    ("counters", counters::cases),
    ("lines", lines::cases),
    ("requests", requests::cases),
    ("scrape", scrape::cases),
];

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.command {
        None => return times(&options),
        Some(Instead::Instructions { record }) => instructions::check(*record),
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

fn times(options: &Options) -> ExitCode {
    if let Some(unknown) =
        options.only.iter().find(|only| GROUPS.iter().all(|(name, _)| name != only))
    {
        eprintln!(
            "there is no group `{unknown}`; the groups are: functions, counters, lines, requests, scrape"
        );
        return ExitCode::FAILURE;
    }
    let mut all: Vec<Figures> = Vec::new();
    let mut lost = false;
    for (name, cases) in GROUPS {
        if !options.only.is_empty() && !options.only.iter().any(|only| only == name) {
            continue;
        }
        let cases = cases();
        let figures = measure::group(name, &cases, options.rounds);
        print!("{}", table::text(name, &figures));
        for fault in measure::verify(&cases) {
            eprintln!("{name}: {fault}");
            lost = true;
        }
        all.extend(figures);
    }
    if !lost {
        println!("\nsummary: {} cases measured, no operation lost", all.len());
    }
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&all).expect("figures are plain data");
        if let Err(error) = std::fs::write(path, json + "\n") {
            eprintln!("cannot write {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    if lost { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
