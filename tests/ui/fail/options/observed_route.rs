// The option is the method.
use goldsignal::observed;

#[observed(route = "/orders")]
fn f() {}

fn main() {}
