// Bounds are numbers of seconds.
use goldsignal::observed;

#[observed(buckets = [std::time::Duration::from_millis(100)])]
fn f() {}

fn main() {}
