// A constant in place of text.
use goldsignal::observed;

const BUDGET: &str = "25ms";
#[observed(poll_budget = BUDGET)]
async fn work() {}

fn main() {}
