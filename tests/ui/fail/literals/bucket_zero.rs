// A bucket up to 0 seconds would count nothing.
use goldsignal::observed;

#[observed(buckets = [0, 1])]
fn f() {}

fn main() {}
