// An option that does not exist: the nearest one is named.
use goldsignal::observed;

#[observed(feilds(a))]
fn f(a: u32) {}

fn main() {}
