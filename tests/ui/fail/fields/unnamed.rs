// An expression that is not a variable needs a name.
use goldsignal::observed;

#[observed(fields(a + 1))]
fn f(a: u32) {}

fn main() {}
