//! Every metric needs a help text.
//! 2 errors: the empty text, and the metrics without one.
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
