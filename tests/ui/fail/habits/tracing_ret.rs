// In `tracing`, `ret` logs the value.
use goldsignal::observed;

#[observed(ret)]
fn f() {}

fn main() {}
