//! Figures beside their targets.

use std::fmt::Write;

use serde::Serialize;

/// A figure, its target, and whether that was reached.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    what: String,
    unit: &'static str,
    ours: f64,
    /// Whether less is better.
    at_most: bool,
    target: f64,
    reached: bool,
}

impl Row {
    /// A figure that is to be no more than `target`.
    pub(crate) fn at_most(what: String, unit: &'static str, ours: f64, target: f64) -> Self {
        Self { what, unit, ours, at_most: true, target, reached: ours <= target }
    }

    /// A figure that is to be no less than `target`.
    pub(crate) fn at_least(what: String, unit: &'static str, ours: f64, target: f64) -> Self {
        Self { what, unit, ours, at_most: false, target, reached: ours >= target }
    }

    fn cells(&self) -> (String, String, &'static str) {
        let sign = if self.at_most { '≤' } else { '≥' };
        let target = format!("{sign} {} {}", self.target, self.unit);
        (format!("{:.2}", self.ours), target, if self.reached { "yes" } else { "**no**" })
    }
}

/// The rows as a table of Markdown, which reads well as it is.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut out = "| | goldsignal | target | reached |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let (ours, target, reached) = row.cells();
        // Writing into a `String` does not fail.
        let _ = writeln!(out, "| {} | {ours} | {target} | {reached} |", row.what);
    }
    out
}
