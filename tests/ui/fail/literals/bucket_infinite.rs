// The bucket `+Inf` is there anyway.
use goldsignal::observed;

#[observed(buckets = [0.1, f64::INFINITY])]
fn f() {}

fn main() {}
