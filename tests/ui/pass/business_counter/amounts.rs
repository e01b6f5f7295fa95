// Amounts of every unsigned type, constants and sums.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Items.
    items_total: Counter,
}

const DOZEN: u64 = 12;

#[business_counter(Shop::items_total, by = 10_000)]
fn literal() {}

#[business_counter(Shop::items_total, by = DOZEN)]
fn constant() {}

#[business_counter(Shop::items_total, by = small)]
fn narrow(small: u8) {
    _ = small;
}

#[business_counter(Shop::items_total, by = items.len() + 1)]
fn sum(items: &[u8]) {
    _ = items;
}

#[business_counter(Shop::items_total, by = amount.unsigned_abs())]
fn signed(amount: i32) {
    _ = amount;
}

#[business_counter(Shop::items_total, by = none)]
fn zero(none: u32) {
    _ = none;
}

fn main() {
    literal();
    constant();
    narrow(3);
    sum(&[1]);
    signed(-5);
    zero(0);
    assert_eq!(Shop::get().items_total.get(), 10_000 + 12 + 3 + 2 + 5);
}
