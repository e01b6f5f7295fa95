// `_total` is the suffix of counters.
use goldsignal::{Metrics, Top};

/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    busiest_users_total: Top<str>,
}

fn main() {}
