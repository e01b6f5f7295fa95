// An option can be given only once.
use goldsignal::observed;

#[observed(level = debug, level = info)]
fn f() {}

fn main() {}
