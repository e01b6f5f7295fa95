// A budget without a unit: is it seconds or milliseconds?

#[goldsignal::observed(poll_budget = "25")]
async fn blocked() {}

fn main() {}
