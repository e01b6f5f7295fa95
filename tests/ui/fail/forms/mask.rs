// A near name.
use goldsignal::observed;

#[observed(fields(mask(x)))]
fn work(x: &str) {}

fn main() {}
