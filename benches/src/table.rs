//! The figures as a table.

use std::fmt::Write;

use crate::measure::{Figures, Times};

/// The table of a group; ratios are to the floors above, or to the first row where there is none.
pub(crate) fn text(group: &str, figures: &[Figures]) -> String {
    let mut out = String::new();
    // Writing into a `String` does not fail.
    let _ = writeln!(out, "\n== {group}: ns an operation, median (middle half)");
    let is_floor = |row: &Figures| row.case.starts_with("floor");
    let runs = || figures.chunk_by(|one, next| is_floor(one) == is_floor(next));
    let mut bases = runs().find(|run| is_floor(&run[0])).or(figures.chunks(1).next());
    for run in runs() {
        if is_floor(&run[0]) {
            bases = Some(run);
        }
        for row in run {
            line(&mut out, row, bases.unwrap_or_default());
        }
    }
    let disturbed: usize =
        figures.iter().flat_map(|row| &row.times).map(|times| times.disturbed).sum();
    if disturbed > 0 {
        let _ = writeln!(out, "{disturbed} batches were disturbed by others on the machine");
    }
    out
}

/// The line of a row, with its ratio to each of `bases`.
fn line(out: &mut String, row: &Figures, bases: &[Figures]) {
    let _ = write!(out, "{:46}", row.case);
    for times in &row.times {
        let (low, high) = times.quartiles;
        let name = times.placement.name();
        let _ = write!(out, "  {name} {:>9.1} ({low:.1}–{high:.1})", times.median);
        for base in bases {
            let same = |base: &&Times| base.placement == times.placement;
            let ratio = base.times.iter().find(same).map_or(0.0, |base| times.median / base.median);
            let _ = write!(out, " {ratio:>6.2}×");
        }
    }
    let _ = writeln!(out, "  {:>6.1} allocations, {} B", row.allocations, row.bytes.round());
}
