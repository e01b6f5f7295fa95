// An option given twice.
use goldsignal::observed;

#[observed(level = debug, level = info)]
fn f() {}

fn main() {}
