// Bounds that are constants are compared when the compiler evaluates them.
use goldsignal::observed;

const B: f64 = 0.1;

#[observed(buckets = [B, B])]
fn f() {}

fn main() {}
