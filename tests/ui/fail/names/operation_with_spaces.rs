// The name of an operation is a label value.
use goldsignal::observed;

#[observed(name = "charge the card")]
fn f() {}

fn main() {}
