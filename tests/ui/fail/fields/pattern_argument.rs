// The argument is a pattern: its parts have names.
use goldsignal::observed;

#[observed(fields(point))]
fn f((x, y): (u32, u32)) {}

fn main() {}
