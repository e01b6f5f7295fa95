// `fields` has an `s`.
use goldsignal::observed;

#[observed(field(a))]
fn f() {}

fn main() {}
