// A function is simply not given the attribute.
use goldsignal::observed;

#[observed(skip)]
fn f() {}

fn main() {}
