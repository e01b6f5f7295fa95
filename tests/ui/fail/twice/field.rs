// A field can be captured only once.
use goldsignal::observed;

#[observed(fields(a, a = 1))]
fn f(a: u32) {}

fn main() {}
