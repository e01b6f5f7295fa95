// A tool can be any function, with every option but a route.
use goldsignal::{Slo, observed};

const TOOLS: Slo = Slo::new("tools", "Ask us.").availability(99.0);

/// Adds.
#[observed(tool = "add", slo = TOOLS, level = debug, fields(a, b), ok(|sum| sum))]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[observed(tool = "Tasks.create-2_x", name = "create", buckets = [0.1, 1], poll_budget = "5ms")]
async fn create<T: Into<String>>(title: T) -> Result<String, std::io::Error> {
    Ok(title.into())
}

fn main() {
    add(1, 2);
    drop(create("a"));
}
