// Percent hash.
use goldsignal::observed;

#[observed(fields(h = %hash(a)))]
fn work(a: &str) {}

fn main() {}
