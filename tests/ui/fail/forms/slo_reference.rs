// A reference to an objective.
use goldsignal::{Slo, observed};

const API: Slo = Slo::new("api", "What to do.").availability(99.9);
#[observed(slo = &API)]
fn work() {}

fn main() {}
