// Text labels of every type, borrowed where they are counted.
use std::borrow::Cow;
use std::sync::Arc;

use goldsignal::{Counter, Labels, Metrics};

#[derive(Labels)]
struct ByTenant<'a> {
    #[label(budget = 2)]
    tenant: &'a str,
    #[label(budget = 2)]
    region: Cow<'a, str>,
    #[label(budget = 2)]
    zone: Arc<str>,
}

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<ByTenant<'static>>,
}

fn main() {
    let name = String::from("a");
    let labels = || ByTenant { tenant: &name, region: Cow::Borrowed("eu"), zone: Arc::from("1") };
    Shop::get().orders_total.inc(labels());
    assert_eq!(Shop::get().orders_total.get(labels()), 1);
}
