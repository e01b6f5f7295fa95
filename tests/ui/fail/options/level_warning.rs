// The level is called `warn`.
use goldsignal::observed;

#[observed(level = warning)]
fn f() {}

fn main() {}
