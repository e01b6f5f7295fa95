// Method and path are one option here.
use goldsignal::observed;

#[observed(method = GET, path = "/orders")]
fn f() {}

fn main() {}
