// The unit is an hour.
use goldsignal::observed;

#[observed(poll_budget = "2h")]
async fn work() {}

fn main() {}
