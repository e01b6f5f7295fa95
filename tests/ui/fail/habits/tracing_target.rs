// In `tracing`, an event has a target.
use goldsignal::observed;

#[observed(target = "shop")]
fn f() {}

fn main() {}
