// The expression of a field uses a variable that does not exist.
use goldsignal::observed;

#[observed(fields(len = titel.len()))]
fn f(title: &str) {}

fn main() {}
