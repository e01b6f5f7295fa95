// `skip` is for methods of an observed block.
use goldsignal::observed;

#[observed(skip)]
fn f() {}

fn main() {}
