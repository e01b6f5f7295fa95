// Long with buckets of its own.
use goldsignal::observed;

#[observed(long, buckets = [0.1, 1.0])]
fn work() {}

fn main() {}
