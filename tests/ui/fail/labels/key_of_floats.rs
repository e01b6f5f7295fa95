// Floating-point numbers have no hash.
use goldsignal::{Distinct, Metrics};

/// V.
#[derive(Metrics)]
struct V {
    /// Prices.
    active_prices: Distinct<f64>,
}

fn main() {}
