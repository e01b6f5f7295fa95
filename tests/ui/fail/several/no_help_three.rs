// Three fields without a doc comment.
use goldsignal::{Counter, Gauge, Histogram, Metrics};

#[derive(Metrics)]
struct M { orders_total: Counter, jobs: Gauge, wait_seconds: Histogram }

fn main() {}
