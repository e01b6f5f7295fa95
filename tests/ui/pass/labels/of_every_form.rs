// Labels from arguments, constants, functions, matches and methods.
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

#[derive(Clone, Copy, Label)]
enum Size {
    Small,
    Large,
}

impl Size {
    fn of(amount: u64) -> Self {
        if amount > 10 { Self::Large } else { Self::Small }
    }
}

#[derive(Labels)]
struct BySize {
    size: Size,
    gift: bool,
}

impl BySize {
    const SMALL: BySize = BySize { size: Size::Small, gift: false };

    fn of(amount: u64) -> Self {
        Self { size: Size::of(amount), gift: amount == 7 }
    }
}

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<BySize>,
}

#[business_counter(Shop::orders_total, BySize { size: Size::of(amount), gift })]
fn literal(amount: u64, gift: bool) {
    _ = (amount, gift);
}

#[business_counter(Shop::orders_total, BySize::SMALL)]
fn constant() {}

#[business_counter(Shop::orders_total, BySize::of(amount))]
fn called(amount: u64) {
    _ = amount;
}

#[business_counter(Shop::orders_total, BySize { size: match amount { 0..=10 => Size::Small, _ => Size::Large }, ..BySize::SMALL })]
fn matched(amount: u64) {
    _ = amount;
}

fn main() {
    literal(11, false);
    constant();
    called(7);
    matched(12);
    let orders = &Shop::get().orders_total;
    assert_eq!(orders.get(BySize { size: Size::Large, gift: false }), 2);
    assert_eq!(orders.get(BySize { size: Size::Small, gift: false }), 1);
    assert_eq!(orders.get(BySize { size: Size::Small, gift: true }), 1);
}
