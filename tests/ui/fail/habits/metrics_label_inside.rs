// Labels belong to counters.
use goldsignal::observed;

#[observed(labels(plan = "pro"))]
fn f() {}

fn main() {}
