// A `break` has no loop here.
use goldsignal::observed;

#[observed(fields(size = break))]
fn f() {}

fn main() {}
