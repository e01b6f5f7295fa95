// A `Duration` in place of text.
use goldsignal::observed;

#[observed(poll_budget = std::time::Duration::from_millis(25))]
async fn work() {}

fn main() {}
