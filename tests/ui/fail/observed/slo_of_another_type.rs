// `slo` names an objective.
use goldsignal::observed;

const API: u32 = 1;

#[observed(slo = API)]
fn f() {}

fn main() {}
