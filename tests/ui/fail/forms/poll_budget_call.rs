// The value in parentheses.
use goldsignal::observed;

#[observed(poll_budget("25ms"))]
async fn work() {}

fn main() {}
