// A field expression that does not exist.
use goldsignal::observed;

#[observed(fields(len = titel.len()))]
fn f(title: &str) {}

fn main() {}
