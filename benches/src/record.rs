//! The one command that measures everything and writes it down.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::measure::Figures;
use crate::verdict::{self, Row};
use crate::{compile, groups, growth, server, table, targets};

/// A part of the record. One that is left out stays as it was written before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    Times,
    Server,
    Compile,
    Growth,
}

/// Handlers that are compiled, and how often they are checked.
const HANDLERS: usize = 300;
const CHECKS: usize = 7;

/// Measures everything but what is left out, and writes figures, targets and pictures into `folder`.
///
/// # Errors
/// When an operation was lost, something cannot be run, or a file cannot be written.
pub(crate) fn all(folder: &Path, rounds: usize, without: &[Part]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let wanted = |part| !without.contains(&part);
    if wanted(Part::Times) {
        let mut figures = groups::measure(&[], rounds)?;
        figures.extend(traced(rounds)?);
        crate::write(&folder.join("times.json"), &figures)?;
    }
    if wanted(Part::Server) {
        crate::write(&folder.join("server.json"), &server::measure(&server::RECORDED)?)?;
    }
    let figures: Vec<Figures> = groups::read(&folder.join("times.json"))?;
    let served: Vec<server::Figures> = groups::read(&folder.join("server.json"))?;
    let mut rows = server::rows(&served);
    rows.extend(targets::rows(&figures));
    if wanted(Part::Growth) {
        growth::record(folder, rounds.min(15))?;
    }
    let compiled = folder.join("compile.json");
    if wanted(Part::Compile) {
        crate::write(&compiled, &compile::measure(HANDLERS, CHECKS)?)?;
    }
    if compiled.exists() {
        rows.extend(groups::read::<compile::Report>(&compiled)?.rows());
    }
    crate::write(&folder.join("targets.json"), &rows)?;
    let page = page(&rows, &figures, &served);
    print!("\n{}", verdict::text(&rows));
    let file = folder.join("README.md");
    std::fs::write(&file, page).map_err(|error| format!("{}: {error}", file.display()))
}

/// The group that needs goldsignal's spans compiled.
fn traced(rounds: usize) -> Result<Vec<Figures>, String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(["run", "--quiet", "--release", "--features", "traced", "--"]);
    groups::apart(&mut cargo, "traced", rounds)
}

fn page(rows: &[Row], figures: &[Figures], served: &[server::Figures]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&verdict::text(rows));
    page.push_str("\n## All figures\n\n```text");
    page.push_str(&server::text(served));
    for group in figures.chunk_by(|one, next| one.group == next.group) {
        // Writing into a `String` does not fail.
        let _ = write!(page, "{}", table::text(&group[0].group, group));
    }
    page.push_str("```\n");
    page
}

const HEAD: &str = "# What observing costs

Written by `cargo run --release --manifest-path benches/Cargo.toml -- record`, on a machine with two
cores. Read the ratios: another machine has other times, but similar ratios.

* `1T` is one thread. `2T` is two threads on two cores, which use the same metrics. `2T/1C` is two
  threads that take turns on one core.
* A time is the sum over all busy cores. If `1T` and `2T` are equal, the threads do not slow each other.
* A fixed piece of work is timed around each batch, to notice other load on the machine. Disturbed
  batches are measured again, and the least disturbed ones count.
* A part that was left out of the last record (`--without`) has its earlier figures.

![by threads](threads.svg)
![by series](series.svg)
![scrapes](scrapes.svg)

";
