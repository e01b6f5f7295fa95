//! The groups of cases, each measured in a process of its own: a subscriber or an exporter that exists anywhere in a
//! process makes events wanted everywhere in it.

use std::path::Path;
use std::process::Command;

use crate::case::{self, Case};
use crate::measure::{self, Figures};
use crate::{counters, events, functions, lines, requests, scrape, stories, table};

pub(crate) type Group = (&'static str, fn() -> Vec<Case>);

pub(crate) const GROUPS: &[Group] = &[
    ("functions", functions::cases),
    ("counters", counters::cases),
    ("lines", lines::cases),
    ("events", events::cases),
    ("requests", requests::cases),
    ("quiet", requests::quiet),
    ("stories", stories::cases),
    #[cfg(feature = "traced")]
    ("traced", crate::traced::cases),
    ("series", scrape::series),
    ("scrape", scrape::counters),
    ("scrape-histograms", scrape::histograms),
    ("scrape-beside", scrape::beside),
];

/// The names of the groups, as a sentence lists them.
fn names() -> String {
    GROUPS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Measures the groups that are asked for, or all, and prints their tables.
///
/// # Errors
/// When there is no such group, or an operation was lost.
pub(crate) fn measure(only: &[String], rounds: usize) -> Result<Vec<Figures>, String> {
    if let [name] = only {
        let group = GROUPS.iter().find(|(known, _)| known == name);
        let (name, cases) = group
            .ok_or_else(|| format!("there is no group `{name}`; the groups are: {}", names()))?;
        return here(name, &cases(), rounds);
    }
    let wanted = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    let mut all = Vec::new();
    for (name, _) in GROUPS.iter().filter(|(name, _)| wanted(name)) {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        all.extend(apart(&mut Command::new(program), name, rounds)?);
    }
    Ok(all)
}

fn here(name: &str, cases: &[Case], rounds: usize) -> Result<Vec<Figures>, String> {
    let figures = measure::group(name, cases, rounds);
    print!("{}", table::text(name, &figures));
    let lost = case::verify(cases);
    if lost.is_empty() {
        return Ok(figures);
    }
    Err(format!("{name}: {}", lost.join("; ")))
}

/// Lets `program`, this one, measure a group.
///
/// # Errors
/// When it cannot be run, or says that something is wrong.
pub(crate) fn apart(
    program: &mut Command,
    name: &str,
    rounds: usize,
) -> Result<Vec<Figures>, String> {
    let file = std::env::temp_dir().join(format!("goldsignal-{name}-{}.json", std::process::id()));
    program.args(["--only", name, "--rounds", &rounds.to_string(), "--json"]).arg(&file);
    let status = program.status().map_err(|error| format!("{name}: {error}"))?;
    let figures = read(&file);
    // It may not have come that far.
    let _ = std::fs::remove_file(&file);
    if status.success() { figures } else { Err(format!("{name}: see above")) }
}

/// Reads what was written of a measurement.
///
/// # Errors
/// When it is not there, or not what it should be.
pub(crate) fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, String> {
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| said(&error))?;
    serde_json::from_str(&text).map_err(|error| said(&error))
}
