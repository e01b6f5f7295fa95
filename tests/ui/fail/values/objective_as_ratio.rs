// An objective is a percentage, not a ratio.
// long underline: the compiler shows the whole constant.
use goldsignal::Slo;

const API: Slo = Slo::new("api", "runbook").availability(0.999);

fn main() {}
