// A prefix is given where handlers are mounted.
use goldsignal::observed;

#[observed(prefix = "/api")]
fn f() {}

fn main() {}
