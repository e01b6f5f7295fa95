// A weight is a whole number: one that is added cannot be subtracted again.
use goldsignal::{Metrics, Top};

/// V.
#[derive(Metrics)]
struct V {
    /// Users.
    busiest_users: Top<str>,
}

fn main() {
    V::get().busiest_users.add_by("ada", -1.5);
}
