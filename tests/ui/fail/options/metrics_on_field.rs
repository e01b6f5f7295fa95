// On a field it is `#[metric(..)]`.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metrics(name = "orders_total", nonsense)]
    orders: Counter,
}

fn main() {}
