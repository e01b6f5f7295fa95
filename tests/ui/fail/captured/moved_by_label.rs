// A label takes an argument that the body uses, too, and whose type is not `Copy`.
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

#[derive(Label)]
enum Tier { A, B }
#[derive(Labels)]
struct ByTier { tier: Tier }
/// T.
#[derive(Metrics)]
struct T {
    /// T.
    tiers_total: Counter<ByTier>,
}
#[business_counter(T::tiers_total, ByTier { tier })]
fn work(tier: Tier) { drop(tier); }

fn main() {}
