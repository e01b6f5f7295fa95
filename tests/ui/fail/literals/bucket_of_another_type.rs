// The bounds are `f64`.
use goldsignal::observed;

#[observed(buckets = [1u32, 5u32])]
fn f() {}

fn main() {}
