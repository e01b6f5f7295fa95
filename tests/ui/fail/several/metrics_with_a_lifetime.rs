// The metrics live for ever: one fault, one error, although the labels borrow.
use goldsignal::{Counter, Labels, Metrics};

#[derive(Labels)]
struct Of<'a> {
    #[label(budget = 10)]
    tenant: &'a str,
}

#[derive(Metrics)]
struct Shop<'a> {
    /// Orders.
    orders_total: Counter<Of<'a>>,
}

fn main() {
    let _ = Shop::get();
}
