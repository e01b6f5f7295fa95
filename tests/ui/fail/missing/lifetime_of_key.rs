// The key of a `Distinct` is a reference without a lifetime.
use goldsignal::{Distinct, Metrics};

/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    active_users: Distinct<&str>,
}

fn main() {}
