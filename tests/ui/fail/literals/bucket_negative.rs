// Durations are not negative.
use goldsignal::observed;

#[observed(buckets = [-0.5, 0.5])]
fn f() {}

fn main() {}
