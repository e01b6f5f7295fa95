// The option is given twice, in two attributes.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    #[metric(help = "Orders.")]
    #[metric(help = "Bought.")]
    orders_total: Counter,
}

fn main() {}
