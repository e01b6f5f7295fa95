// Empty field name.
use goldsignal::observed;

#[observed(fields("" = 1))]
fn work() {}

fn main() {}
