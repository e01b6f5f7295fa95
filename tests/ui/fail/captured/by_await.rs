// The call has not begun.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
}

fn size(_: &str) -> Result<u64, std::fmt::Error> {
    Ok(1)
}

async fn wait(_: &str) -> u64 {
    1
}

#[business_counter(Shop::orders_total, by = wait(text).await)]
async fn buy(text: &str) -> Result<u64, std::fmt::Error> {
    Ok(1)
}

fn main() {}
