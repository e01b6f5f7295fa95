// An objective of nothing.
// long underline: the compiler shows the whole constant.
use goldsignal::Slo;

const API: Slo = Slo::new("api", "runbook").availability(0.0);

fn main() {}
