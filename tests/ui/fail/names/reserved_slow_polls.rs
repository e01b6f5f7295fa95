// The runtime counts slow polls under this name.
use goldsignal::{Counter, Metrics};

/// M.
#[derive(Metrics)]
struct M {
    /// Slow polls.
    function_slow_polls_total: Counter,
}

fn main() {}
