// A counter with labels needs them in the attribute.
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

/// Metrics of a shop.
#[derive(Metrics)]
struct Shop {
    /// Items sold.
    items_sold_total: Counter<By>,
}

#[derive(Labels)]
struct By {
    plan: Plan,
    gift: bool,
}

#[derive(Label)]
enum Plan {
    Free,
    Pro,
}

#[derive(Labels)]
struct Other {
    gift: bool,
}

#[business_counter(Shop::items_sold_total)]
fn f() {}

fn main() {
    let _ = (Plan::Free, Plan::Pro, Other { gift: true });
}
