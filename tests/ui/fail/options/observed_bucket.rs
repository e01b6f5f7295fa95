// `buckets` has an `s`.
use goldsignal::observed;

#[observed(bucket = [0.1])]
fn f() {}

fn main() {}
