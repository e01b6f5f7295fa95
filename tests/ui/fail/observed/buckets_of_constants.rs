// Buckets that only the compiler can compare.
use goldsignal::observed;

const B: f64 = 0.1;

#[observed(buckets = [B, B])]
fn f() {}

fn main() {}
