// The wrong bound is shown, not the whole attribute.
use goldsignal::observed;

#[observed(buckets = [0.1, f64::NAN])]
fn f() {}

fn main() {}
