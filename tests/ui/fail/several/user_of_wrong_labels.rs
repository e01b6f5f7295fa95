// A wrong label does not hide the struct from its users.
use goldsignal::{Counter, Labels, Metrics};

#[derive(Labels)]
struct By {
    le: bool,
}

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<By>,
}

fn main() {
    Shop::get().orders_total.inc(By { le: true });
}
