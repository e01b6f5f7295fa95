// Names that resemble reserved ones, but are none.
use goldsignal::{Counter, Gauge, Histogram, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Behind a prefix.
    http_requests_total: Counter,
    /// Behind a prefix.
    up: Gauge,
    /// Not the suffix of a counter.
    totals: Gauge,
    /// Not the suffix of a summary.
    accounts: Gauge,
    /// A base unit that is not the whole name.
    seconds: Histogram,
    /// Days of a month.
    days: Gauge,
    /// A number in a name.
    http2_streams: Gauge,
}

#[derive(Metrics)]
struct Bare {
    /// Begins like a name of goldsignal.
    goldsignals_total: Counter,
    /// Ends like a name of goldsignal.
    outgoing_http_requests_total: Counter,
}

fn main() {
    Shop::get().http_requests_total.inc();
    Shop::get().totals.set(1);
    Bare::get().goldsignals_total.inc();
    assert_eq!(Shop::get().http_requests_total.get(), 1);
}
