// A `Top` knows keys by their hash.
use goldsignal::{Metrics, Top};

struct UserId(u64);
/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    busiest_users: Top<UserId>,
}

fn main() {}
