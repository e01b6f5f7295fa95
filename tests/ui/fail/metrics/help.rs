//! A metric without help: in the exposition no one could tell what it measures.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Silent {
    tasks_total: Counter,
    ///
    jobs_total: Counter,
    #[metric(help = "")]
    calls_total: Counter,
}

fn main() {}
