// In `tracing`, arguments are captured unless skipped. Here none is captured.
use goldsignal::observed;

#[observed(skip_all)]
fn f() {}

fn main() {}
