// A `Top` is added to in the body, with its key.
use goldsignal::{Metrics, Top, business_counter};

/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    busiest_users: Top<u64>,
}
#[business_counter(V::busiest_users, id)]
fn f(id: u64) {}

fn main() {}
