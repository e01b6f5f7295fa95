//! Names that break Prometheus' grammar or conventions. All errors are reported at once.
//! 7 errors: each name has one.
use goldsignal::{Counter, Gauge, Histogram, Metrics};

#[derive(Metrics)]
struct Wrong {
    /// A counter without its end.
    tasks: Counter,
    /// A gauge with a counter's end.
    active_total: Gauge,
    /// A histogram without a unit.
    latency: Histogram,
    /// A unit that is none of the base units.
    wait_milliseconds: Histogram,
    /// What the format adds itself.
    tasks_count: Gauge,
    /// Outside the grammar.
    #[metric(name = "http.requests_total")]
    requests: Counter,
    /// The name of another.
    #[metric(name = "dup_total")]
    one: Counter,
    /// The name of another.
    dup_total: Counter,
}

fn main() {
    let _ = Wrong::get();
}
