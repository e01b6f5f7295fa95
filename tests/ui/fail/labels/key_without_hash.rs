// A `Distinct` counts keys by their hash.
use goldsignal::{Distinct, Metrics};

struct UserId(u64);
/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    active_users: Distinct<UserId>,
}

fn main() {}
