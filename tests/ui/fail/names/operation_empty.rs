// The name of an operation cannot be empty.
use goldsignal::observed;

#[observed(name = "")]
fn f() {}

fn main() {}
