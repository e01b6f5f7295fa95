// A constant is used where the documentation promises it; its bounds must ascend.
use goldsignal::observed;

const BUCKETS: [f64; 2] = [2.0, 1.0];

#[observed(buckets = BUCKETS)]
fn f() {}

fn main() {}
