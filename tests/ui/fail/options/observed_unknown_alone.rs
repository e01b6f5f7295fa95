// A name that resembles nothing.
use goldsignal::observed;

#[observed(fast)]
fn f() {}

fn main() {}
