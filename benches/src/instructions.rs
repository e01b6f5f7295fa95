//! How many instructions an operation takes, counted by valgrind: unlike times they repeat exactly, so a ceiling
//! for each can be kept, and nobody slows a hot path unnoticed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::case::Case;
use crate::groups::Group;
use crate::{counters, events, functions, lines, requests, scrape};

/// How far above its ceiling an operation may be: when buffers grow depends on the log's thread. Functions,
/// counters and requests without a line repeat to the instruction or nearly, in any folder.
const SLACK: f64 = 1.05;

/// The operations that have a ceiling. Those of one group are made together and no others: a subscriber that
/// exists anywhere makes events wanted.
const GROUPS: [Group; 7] = [
    ("function", functions::ours::cases),
    ("counter", || counters::cases().into_iter().take(2).collect()),
    ("line", || lines::cases().into_iter().skip(1).take(3).collect()),
    ("event", || events::cases().into_iter().take(1).collect()),
    ("request", || requests::cases().into_iter().take(4).collect()),
    ("quiet", || requests::quiet().into_iter().skip(1).take(1).collect()),
    ("scrape", scrape::small),
];

/// Runs one operation so many times, for valgrind to look at.
///
/// # Errors
/// When there is no such operation.
pub(crate) fn run(group: &str, name: &str, times: u64) -> Result<(), String> {
    let unknown = || format!("there is no operation `{group}: {name}`");
    let (_, cases) = GROUPS.iter().find(|known| known.0 == group).ok_or_else(unknown)?;
    let cases = cases();
    let case = cases.iter().find(|case| case.name == name).ok_or_else(unknown)?;
    case.run(1000);
    counted_by_valgrind(case, times);
    Ok(())
}

/// Valgrind counts what happens in here, on this thread alone: the log's thread is nobody's request.
#[inline(never)]
fn counted_by_valgrind(case: &Case, times: u64) {
    case.run(std::hint::black_box(times));
}

/// Counts every operation and compares it with its ceiling, or records it as the new one.
///
/// # Errors
/// What is above its ceiling, in sentences; or why nothing could be counted.
pub(crate) fn check(record: bool) -> Result<(), String> {
    let mut counted = BTreeMap::new();
    for (group, cases) in GROUPS {
        for case in cases() {
            counted.insert(format!("{group}: {}", case.name), count(group, case.name)?);
        }
    }
    let path = ceilings();
    if record {
        let json = serde_json::to_string_pretty(&counted).map_err(|error| error.to_string())?;
        return std::fs::write(&path, json + "\n").map_err(|error| error.to_string());
    }
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let recorded: BTreeMap<String, f64> =
        serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for (name, instructions) in &counted {
        let ceiling = recorded.get(name).copied();
        println!(
            "{name:46} {instructions:>8.0} instructions, ceiling {:>8.0}",
            ceiling.unwrap_or(0.0)
        );
        match ceiling {
            Some(ceiling) if *instructions <= ceiling * SLACK => {}
            Some(ceiling) => faults.push(format!(
                "`{name}` takes {instructions:.0} instructions, more than {ceiling:.0}"
            )),
            None => faults.push(format!("`{name}` has no ceiling")),
        }
    }
    if faults.is_empty() {
        println!("summary: {} operations, none above its ceiling", counted.len());
        return Ok(());
    }
    faults
        .push("if that is worth it, record new ceilings: `… -- instructions --record`".to_owned());
    Err(faults.join("\n"))
}

/// Instructions of one operation: the difference of two runs, so that what happens once is not counted.
fn count(group: &str, name: &str) -> Result<f64, String> {
    const FEW: u64 = 500;
    const MANY: u64 = 4500;
    let (few, many) = (valgrind(group, name, FEW)?, valgrind(group, name, MANY)?);
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
    Ok(((many.saturating_sub(few)) as f64 / (MANY - FEW) as f64).round())
}

fn valgrind(group: &str, name: &str, times: u64) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", "--toggle-collect=*counted_by_valgrind*"])
        .arg(program)
        .args(["run", group, name, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let number = collected.and_then(|(_, number)| number.trim().parse().ok());
    number.ok_or_else(|| format!("valgrind counted nothing: {said}"))
}

fn ceilings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ceilings.json")
}
