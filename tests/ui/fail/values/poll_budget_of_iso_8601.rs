// The notation of ISO 8601.
use goldsignal::observed;

#[observed(poll_budget = "PT0.025S")]
async fn work() {}

fn main() {}
