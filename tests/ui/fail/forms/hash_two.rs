// Two arguments.
use goldsignal::observed;

#[observed(fields(hash(a, b)))]
fn work(a: &str, b: &str) {}

fn main() {}
