//! An alias named like another kind of metric: the macro would apply the rules of the wrong kind.
use goldsignal::Metrics;

type Counter = goldsignal::Gauge;

#[derive(Metrics)]
struct Wrong {
    /// A gauge in disguise.
    tasks_total: Counter,
}

fn main() {}
