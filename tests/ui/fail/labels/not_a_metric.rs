//! A field that is not a metric, and labels that are not a `Labels` struct.
//! 2 errors: each struct has one.
use goldsignal::{Counter, Label, Metrics};

#[derive(Label)]
enum Plan {
    Free,
}

#[derive(Metrics)]
struct NoMetric {
    /// A number.
    tasks_total: u64,
}

#[derive(Metrics)]
struct NoSet {
    /// One label is no set.
    tasks_total: Counter<Plan>,
}

fn main() {}
