// A duration that is not text.

#[goldsignal::observed(poll_budget = 25ms)]
async fn blocked() {}

fn main() {}
