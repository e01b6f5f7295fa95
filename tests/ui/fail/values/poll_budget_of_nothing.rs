// Every poll takes longer than no time.

#[goldsignal::observed(poll_budget = "0ms")]
async fn blocked() {}

fn main() {}
