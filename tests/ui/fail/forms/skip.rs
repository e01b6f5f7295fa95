// `skip` is for methods of an observed `impl` block.
use goldsignal::observed;

#[observed(skip)]
fn f() {}

fn main() {}
