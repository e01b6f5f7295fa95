// Two counters on one function, and one counter on two functions.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
    /// Gifts.
    gifts_total: Counter,
    /// Refused.
    refused_total: Counter,
}

#[business_counter(Shop::orders_total)]
#[business_counter(Shop::gifts_total, if = gift)]
#[business_counter(Shop::refused_total, on = err)]
fn buy(amount: u32, gift: bool) -> Result<u32, std::fmt::Error> {
    _ = gift;
    amount.checked_sub(1).ok_or(std::fmt::Error)
}

#[business_counter(Shop::orders_total)]
fn order() {}

fn main() {
    assert!(buy(1, true).is_ok());
    assert!(buy(1, false).is_ok());
    assert!(buy(0, true).is_err());
    order();
    let shop = Shop::get();
    assert_eq!(
        (shop.orders_total.get(), shop.gifts_total.get(), shop.refused_total.get()),
        (3, 1, 1)
    );
}
