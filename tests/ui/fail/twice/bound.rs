// Bucket bounds must differ.
use goldsignal::observed;

#[observed(buckets = [0.1, 0.1])]
fn f() {}

fn main() {}
