// Observed runbook.
use goldsignal::observed;

#[observed(runbook = "x.md")]
fn x(id: u32) {}

fn main() {}
