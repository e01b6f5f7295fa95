// An objective has a period.
// long underline: the compiler shows the whole constant.
use goldsignal::Slo;

const API: Slo = Slo::new("api", "runbook").availability(99.9).period_days(0);

fn main() {}
