// In Sentry, a span has an operation.
use goldsignal::observed;

#[observed(op = "db")]
fn f() {}

fn main() {}
