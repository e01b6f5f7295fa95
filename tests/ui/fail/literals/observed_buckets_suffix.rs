// A bound is a number of seconds: a unit behind it would change nothing.
use goldsignal::observed;

#[observed(buckets = [100ms, 250ms])]
fn f() {}

fn main() {}
