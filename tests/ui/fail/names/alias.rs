//! The macro cannot resolve an alias, so the compiler checks its kind against the rules.
//! 4 errors: each alias has one.
use goldsignal::{Counter, Gauge, Histogram, Metrics};

type Count = Counter;
type Level = Gauge;
type Sizes = Histogram;

#[derive(Metrics)]
struct Wrong {
    /// A counter without its end.
    tasks: Count,
    /// A gauge with a counter's end.
    active_total: Level,
    /// A histogram without a unit.
    sizes: Sizes,
    /// A gauge with buckets.
    #[metric(buckets = [1.0])]
    share_ratio: Level,
}

fn main() {}
