//! The figures as a table, and those that have a target.

use std::fmt::Write;

use goldsignal_benches::servers::{BARE, BY_HAND, FROM_FN, LINE, NOTHING_INSTALLED, USUAL};

use super::Figures;
use crate::verdict::Row;

/// The table: what each server adds, and how many times as much as two that people write themselves; and what is counted.
pub(crate) fn text(figures: &[Figures]) -> String {
    let mut out = "\n== server: µs of processor time a request, medians\n".to_owned();
    // Writing into a `String` does not fail.
    let _ = writeln!(out, "{:42}{HEAD}", "");
    let (from_fn, by_hand) = (added(figures, FROM_FN), added(figures, BY_HAND));
    for row in figures {
        let ratio = |base: Option<f64>| match base {
            Some(base) if row.case != BARE => format!("{:.2}", row.added / base),
            _ => String::new(),
        };
        let (low, high) = row.added_quartiles;
        let _ = write!(out, "{:42} {:>6.2} {:>6.2}", row.case, row.processor, row.added);
        let _ = write!(out, " {:>15}", format!("({low:.2}–{high:.2})"));
        let _ = write!(out, " {:>9} {:>9}", ratio(from_fn), ratio(by_hand));
        let _ = write!(out, " {:>7.0} {:>7.0}", row.p50, row.p99);
        let _ = write!(out, " {:>10.0}", row.requests_per_second);
        if let Some(counts) = &row.counts {
            let _ = write!(out, " {:>12.0}", counts.instructions);
            let _ = write!(out, " {:>9.1} {:>9.1}", counts.instruction_misses, counts.data_misses);
            let _ = write!(out, " {:>9.1}", counts.last_misses);
        }
        let _ = writeln!(out);
    }
    out
}

const HEAD: &str = "     µs  added   (middle half) × from_fn × by hand  p50 µs  p99 µs requests/s instructions I1 misses D1 misses LL misses";

/// The rows that have a target, as far as they were measured.
pub(crate) fn rows(figures: &[Figures]) -> Vec<Row> {
    let wanted = [
        (NOTHING_INSTALLED, FROM_FN, "× an empty from_fn", 1.0),
        (NOTHING_INSTALLED, BY_HAND, "× prometheus by hand", 1.0),
        (LINE, FROM_FN, "× an empty from_fn", 1.5),
        (LINE, USUAL, "× TraceLayer + axum-prometheus + JSON", 0.12),
    ];
    let row = |(ours, base, unit, most)| {
        let ratio = added(figures, ours)? / added(figures, base)?;
        let what = ours.trim_start_matches("goldsignal, ");
        Some(Row::at_most(format!("added to a request in a server: {what}"), unit, ratio, most))
    };
    wanted.into_iter().filter_map(row).collect()
}

fn added(figures: &[Figures], case: &str) -> Option<f64> {
    figures.iter().find(|row| row.case == case).map(|row| row.added)
}
