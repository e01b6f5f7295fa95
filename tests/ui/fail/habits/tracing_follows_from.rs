// In `tracing`, a span can follow from others.
use goldsignal::observed;

#[observed(follows_from = [])]
fn f() {}

fn main() {}
