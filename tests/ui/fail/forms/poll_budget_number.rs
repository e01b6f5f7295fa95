// A number in place of a duration as text.

#[goldsignal::observed(poll_budget = 25)]
async fn blocked() {}

fn main() {}
