// A near name is suggested.
use goldsignal::observed;

#[observed(gte = "/orders")]
fn f() {}

fn main() {}
