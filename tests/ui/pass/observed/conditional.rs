// Attributes that are there only under a condition.
use goldsignal::{Counter, Metrics, business_counter, observed};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
    /// Never there.
    #[cfg(any())]
    gone_total: Counter,
}

#[cfg_attr(all(), observed(fields(id)))]
#[cfg_attr(all(), business_counter(Shop::orders_total))]
#[cfg_attr(any(), observed)]
fn buy(id: u32, #[cfg(any())] gone: u32) -> u32 {
    id
}

fn main() {
    assert_eq!(buy(1), 1);
    assert_eq!(Shop::get().orders_total.get(), 1);
}
