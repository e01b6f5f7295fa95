// Hash of Display.
use goldsignal::observed;

#[observed(fields(hash(%a)))]
fn work(a: &str) {}

fn main() {}
