// The name belongs to goldsignal, whose family it would hide.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    http_requests_total: Counter,
}

fn main() {}
