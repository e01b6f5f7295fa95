// The option does not exist: the message suggests the most similar one.
use goldsignal::observed;

#[observed(feilds(a))]
fn f(a: u32) {}

fn main() {}
