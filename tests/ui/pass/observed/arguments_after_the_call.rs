// `ok` and `err` read arguments that are copied; labels and fields take arguments that the body does not use.

use goldsignal::{Counter, Label, Labels, Metrics, business_counter, observed};

#[derive(Label)]
enum Tier {
    Free,
}

#[derive(Labels)]
struct ByTier {
    tier: Tier,
}

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders by tier.
    orders_total: Counter<ByTier>,
}

struct Other {
    tier: u32,
}

#[observed(ok(|_| order = id, name_len = name.len()))]
async fn copied(id: u64, name: &str) -> usize {
    name.len() + usize::try_from(id).unwrap()
}

#[observed(err(|_| order = id))]
fn returns_future(id: u64) -> impl Future<Output = Result<u64, String>> {
    async move { Err(id.to_string()) }
}

#[business_counter(Shop::orders_total, ByTier { tier })]
fn names_that_are_no_uses(tier: Tier) -> u32 {
    let other = Other { tier: 1 };
    tracing::info!(tier = other.tier, "tier");
    other.tier
}

#[business_counter(Shop::orders_total, ByTier { tier: tier(name) })]
fn borrowed_again(name: &mut String) {
    name.push('a');
}

fn tier(_: &mut String) -> Tier {
    Tier::Free
}

#[observed(fields(count = items.into_iter().count()))]
fn copied_type<T: Copy + IntoIterator>(items: T) -> T {
    items
}

fn main() {
    let _ = (copied(1, "a"), returns_future(1));
    names_that_are_no_uses(Tier::Free);
    borrowed_again(&mut String::new());
    copied_type([1]);
}
