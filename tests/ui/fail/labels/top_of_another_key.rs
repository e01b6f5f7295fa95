// A `Top` weighs keys of one type.
use goldsignal::{Metrics, Top};

/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    busiest_users: Top<str>,
}

fn main() {
    V::get().busiest_users.add(&7);
}
