// `long` sets the buckets itself.
use goldsignal::observed;

#[observed(long, buckets = [1])]
async fn f() {}

fn main() {}
