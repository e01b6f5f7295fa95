// The option is the method.
use goldsignal::observed;

#[observed(path = "/orders")]
fn f() {}

fn main() {}
