//! How many instructions an operation takes, counted by valgrind: unlike times they repeat exactly, so a ceiling
//! for each can be kept, and nobody slows a hot path unnoticed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::case::Case;
use crate::groups::Group;
use crate::{counters, events, functions, lines, requests, scrape, server};

/// How far above its ceiling an operation may be: when buffers grow depends on the log's thread. Functions,
/// counters and requests without a line repeat to the instruction or nearly, in any folder.
const SLACK: f64 = 1.05;

/// The same for cache misses of data. They repeat to a hundredth, but another build places things differently.
const SLACK_OF_DATA: f64 = 1.2;

/// How the names of counts of cache misses end.
pub(crate) const INSTRUCTION_MISSES: &str = ", I1 misses";
pub(crate) const DATA_MISSES: &str = ", D1 misses";

fn slack(name: &str) -> f64 {
    if name.ends_with(DATA_MISSES) { SLACK_OF_DATA } else { SLACK }
}

/// The operations that have a ceiling. Those of one group are made together and no others: a subscriber that
/// exists anywhere makes events wanted.
const GROUPS: [Group; 7] = [
    ("function", functions::ours::cases),
    ("counter", counters::ours),
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

/// Counts what every operation takes, by its name.
fn counted() -> Result<BTreeMap<String, f64>, String> {
    let mut counted = server::counted()?;
    for (group, cases) in GROUPS {
        for case in cases() {
            counted.insert(format!("{group}: {}", case.name), count(group, case.name)?);
        }
    }
    Ok(counted)
}

/// Counts every operation and compares it with its ceiling, or records it as the new one.
///
/// # Errors
/// What is above its ceiling, in sentences; or why nothing could be counted.
pub(crate) fn check(record: bool) -> Result<(), String> {
    let counted = counted()?;
    let path = ceilings();
    if record {
        let json = serde_json::to_string_pretty(&counted).map_err(|error| error.to_string())?;
        return std::fs::write(&path, json + "\n").map_err(|error| error.to_string());
    }
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let recorded: BTreeMap<String, f64> =
        serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for (name, count) in &counted {
        let ceiling = recorded.get(name).copied();
        let what = if name.ends_with("misses") { "" } else { " instructions" };
        println!("{name:58} {count:>8}{what}, ceiling {:>8}", ceiling.unwrap_or(0.0));
        match ceiling {
            Some(ceiling) if *count <= ceiling * slack(name) => {}
            Some(ceiling) => {
                faults.push(format!("`{name}` takes {count}{what}, more than {ceiling}"));
            }
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
