// The attribute is given twice.
use goldsignal::observed;

#[observed]
#[observed]
fn f() {}

fn main() {}
