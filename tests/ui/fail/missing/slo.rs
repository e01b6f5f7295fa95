// `slo` takes a constant that exists.
use goldsignal::observed;

#[observed(slo = APPI)]
fn f() {}

fn main() {}
