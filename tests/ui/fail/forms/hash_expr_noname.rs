// No name for an expression.
use goldsignal::observed;

#[observed(fields(hash(a.to_lowercase())))]
fn work(a: &str) {}

fn main() {}
