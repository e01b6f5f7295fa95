// An objective in `Some`.
use goldsignal::{Slo, observed};

const API: Slo = Slo::new("api", "x").availability(99.9);
#[observed(slo = Some(API))]
fn work() {}

fn main() {}
