// Names, units and values that are near to those that are refused.
use goldsignal::{Counter, Gauge, Histogram, Label, Metrics};

/// Metrics.
#[derive(Metrics)]
#[metrics(prefix = "http_")]
struct Shop {
    /// As goldsignal's own, with another name.
    client_requests_total: Counter,
    /// A country, not microseconds.
    orders_us_total: Counter,
    /// Rooms, not meters.
    rooms: Gauge,
    /// Retries.
    retry_count_total: Counter,
    /// A unit of its own.
    #[metric(unit = "pages", buckets = [0, 1_000f64])]
    document_pages: Histogram,
    /// Below zero.
    #[metric(buckets = [-20, 0.0, 20])]
    outside_celsius: Histogram,
    /// In bytes.
    #[metric(budget = 10usize)]
    sent_bytes_total: Counter,
}

#[derive(Label)]
enum Method {
    #[label(rename = "GET")]
    Get,
    #[label(rename = "M-SEARCH")]
    Search,
    Other,
}

fn main() {
    let shop = Shop::get();
    shop.client_requests_total.inc();
    shop.orders_us_total.inc();
    shop.rooms.set(1);
    shop.retry_count_total.inc();
    shop.document_pages.observe(1);
    shop.outside_celsius.observe(-1);
    shop.sent_bytes_total.inc();
    assert_eq!(Method::VALUES, ["GET", "M-SEARCH", "other"]);
    let _ = (Method::Get, Method::Search, Method::Other);
}
