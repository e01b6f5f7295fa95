// In OpenTelemetry, a span has a kind.
use goldsignal::observed;

#[observed(kind = "server")]
fn f() {}

fn main() {}
