// An objective is a percentage.
// long underline: the compiler shows the whole constant.
use goldsignal::Slo;

const API: Slo = Slo::new("api", "runbook").availability(-1.0);

fn main() {}
