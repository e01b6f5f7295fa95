// The attribute is given twice, by name and by path.
use goldsignal::observed;

#[observed]
#[goldsignal::observed]
fn f() {}

fn main() {}
