// An operation has a name.
use goldsignal::observed;

#[observed(name = "")]
fn f() {}

fn main() {}
