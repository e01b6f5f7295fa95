// `long` has buckets of its own.
use goldsignal::observed;

#[observed(long, buckets = [1])]
async fn f() {}

fn main() {}
