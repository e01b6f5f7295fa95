// A unit that no poll should have.

#[goldsignal::observed(poll_budget = "2m")]
async fn blocked() {}

fn main() {}
