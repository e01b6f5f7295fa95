//! A type that is called like another kind: its name would be checked by the wrong rules.
use goldsignal::Metrics;

type Counter = goldsignal::Gauge;

#[derive(Metrics)]
struct Wrong {
    /// A gauge in disguise.
    tasks_total: Counter,
}

fn main() {}
