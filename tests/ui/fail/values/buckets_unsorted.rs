// Bucket bounds must ascend.
use goldsignal::observed;

#[observed(buckets = [0.1, 0.5, 0.25])]
fn f() {}

fn main() {}
