// `slo` takes a constant of type `Slo`.
use goldsignal::observed;

const API: u32 = 1;

#[observed(slo = API)]
fn f() {}

fn main() {}
