// A `Top` that shows names needs their texts.
use goldsignal::{Metrics, Named, Top};

#[derive(Hash)]
struct UserId(u64);
/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    busiest_users: Top<UserId, Named>,
}

fn main() {}
