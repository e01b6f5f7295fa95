// An objective has one availability.
// long underline: the compiler shows the whole constant.
use goldsignal::Slo;

const API: Slo = Slo::new("api", "runbook").availability(99.9).availability(99.0);

fn main() {}
