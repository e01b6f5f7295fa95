//! The figures as a table.

use std::fmt::Write;

use crate::measure::Figures;

/// The table of a group; ratios are to the floor above, or to the first row where there is none.
pub(crate) fn text(group: &str, figures: &[Figures]) -> String {
    let mut out = String::new();
    // Writing into a `String` does not fail.
    let _ = writeln!(out, "\n== {group}: ns an operation, median (middle half)");
    let mut base = figures.iter().find(|row| row.case.starts_with("floor")).or(figures.first());
    for row in figures {
        if row.case.starts_with("floor") {
            base = Some(row);
        }
        let _ = write!(out, "{:36}", row.case);
        for times in &row.times {
            let base = base
                .and_then(|base| base.times.iter().find(|base| base.placement == times.placement));
            let ratio = base.map_or(0.0, |base| times.median / base.median);
            let (low, high) = times.quartiles;
            let _ = write!(
                out,
                "  {} {:>9.1} ({low:.1}–{high:.1}) {ratio:>6.2}×",
                times.placement.name(),
                times.median
            );
        }
        let _ = writeln!(out, "  {:>6.1} allocations, {} B", row.allocations, row.bytes.round());
    }
    let disturbed: usize =
        figures.iter().flat_map(|row| &row.times).map(|times| times.disturbed).sum();
    if disturbed > 0 {
        let _ = writeln!(out, "{disturbed} batches were disturbed by others on the machine");
    }
    out
}
