// The level does not exist.
use goldsignal::observed;

#[observed(level = loud)]
fn f() {}

fn main() {}
