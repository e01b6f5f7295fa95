// An objective has one period.
// long underline: the compiler underlines the whole constant.
use goldsignal::{Slo, observed};

const API: Slo = Slo::new("api", "text").availability(99.0).period_days(7).period_days(30);

#[observed(slo = API)]
fn f() {}

fn main() {}
