// A near name is suggested.
use goldsignal::observed;

#[observed(lvl = debug)]
fn f() {}

fn main() {}
