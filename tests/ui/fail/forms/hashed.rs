// A near name.
use goldsignal::observed;

#[observed(fields(hashed(x)))]
fn work(x: &str) {}

fn main() {}
