// `buckets` has an `s`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(bucket = [1])]
    orders_total: Counter,
}

fn main() {}
