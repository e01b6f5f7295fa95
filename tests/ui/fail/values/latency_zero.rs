// Nothing takes no time.
// long underline: the compiler shows the whole constant.
use std::time::Duration;

use goldsignal::Slo;

const API: Slo = Slo::new("api", "runbook").latency(99.0, Duration::ZERO);

fn main() {}
