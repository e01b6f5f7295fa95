// Bounds are numbers of seconds.
use goldsignal::observed;

#[observed(buckets = ["100ms"])]
fn f() {}

fn main() {}
