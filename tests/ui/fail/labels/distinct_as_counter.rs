// A `Distinct` is inserted into, not added to.
use goldsignal::{Distinct, Metrics, business_counter};

/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    active_users: Distinct<u64>,
}
#[business_counter(V::active_users, id)]
fn f(id: u64) {}

fn main() {}
