// A histogram needs a bucket.
use goldsignal::observed;

#[observed(buckets = [])]
fn f() {}

fn main() {}
