// None.
use goldsignal::observed;

#[observed(fields(hash()))]
fn work(a: &str, b: &str) {}

fn main() {}
