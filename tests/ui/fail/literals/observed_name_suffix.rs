// Text has no suffix.
use goldsignal::observed;

#[observed(name = "charge"_name)]
fn f() {}

fn main() {}
