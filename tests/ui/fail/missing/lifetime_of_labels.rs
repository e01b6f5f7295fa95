// The labels have a lifetime, which the metric does not give.
use goldsignal::{Counter, Labels, Metrics};

#[derive(Labels)]
struct By<'a> { #[label(budget = 10)] tenant: &'a str }
/// M.
#[derive(Metrics)]
struct M {
    /// O.
    orders_total: Counter<By>,
}

fn main() {}
