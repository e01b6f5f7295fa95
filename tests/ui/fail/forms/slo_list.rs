// Two objectives in a list.
use goldsignal::{Slo, observed};

const API: Slo = Slo::new("api", "What to do.").availability(99.9);
const B: Slo = Slo::new("b", "What to do.").availability(99.9);
#[observed(slo = [API, B])]
fn work() {}

fn main() {}
