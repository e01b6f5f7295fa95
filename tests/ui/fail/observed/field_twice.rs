// A field captured twice.
use goldsignal::observed;

#[observed(fields(a, a = 1))]
fn f(a: u32) {}

fn main() {}
