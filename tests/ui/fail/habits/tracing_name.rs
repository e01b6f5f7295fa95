// In the macros of `tracing`, the name is followed by a colon.
use goldsignal::observed;

#[observed(name: "orders")]
fn f() {}

fn main() {}
