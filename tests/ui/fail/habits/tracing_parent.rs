// In `tracing`, a span can be given its parent.
use goldsignal::observed;

#[observed(parent = None)]
fn f() {}

fn main() {}
