//! Every metric needs a help text.
//! 3 errors: each metric has one.
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
