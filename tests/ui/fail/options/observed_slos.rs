// A function counts towards one objective.
use goldsignal::observed;

#[observed(slos = [A])]
fn f() {}

fn main() {}
