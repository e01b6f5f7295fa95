//! How cost grows: with threads, and with series. Each is a chart, and the numbers that it is drawn from.

mod chart;
mod series;
mod threads;

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

/// Lines over a logarithmic axis.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    /// The name of its files.
    name: &'static str,
    title: &'static str,
    x: &'static str,
    /// What the ticks of the x axis are powers of.
    #[serde(skip)]
    x_base: f64,
    y: &'static str,
    lines: Vec<Line>,
}

/// What one way of counting costs.
#[derive(Debug, Serialize)]
struct Line {
    case: &'static str,
    points: Vec<Point>,
}

impl Line {
    fn new(case: &'static str) -> Self {
        Self { case, points: Vec::new() }
    }
}

/// Median and quartiles of the rounds, at so many threads or series.
#[derive(Debug, Serialize)]
struct Point {
    at: u64,
    median: f64,
    quartiles: (f64, f64),
}

impl Point {
    fn of(at: u64, mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let part = |part: usize| samples.get(samples.len() * part / 4).copied().unwrap_or(f64::NAN);
        Self { at, median: part(2), quartiles: (part(1), part(3)) }
    }
}

/// Measures all charts and writes each into `folder`, as a picture and as numbers.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn record(folder: &Path, rounds: usize) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let threads = std::iter::once_with(|| threads::measure(rounds));
    for chart in threads.chain(series::measure(rounds)) {
        print!("{}", chart.text());
        chart::draw(&chart, &folder.join(chart.name).with_extension("svg"))?;
        crate::write(&folder.join(chart.name).with_extension("json"), &chart)?;
    }
    Ok(())
}

impl Chart {
    /// The medians, as a table.
    fn text(&self) -> String {
        let mut out = format!("\n== {}: {} by {}\n", self.title, self.y, self.x);
        for line in &self.lines {
            let cells =
                line.points.iter().map(|point| format!("{:>5}: {:<9.1}", point.at, point.median));
            // Writing into a `String` does not fail.
            let _ = writeln!(out, "{:34}{}", line.case, cells.collect::<Vec<_>>().join(" "));
        }
        out
    }
}
