// A made-up option.
use goldsignal::observed;

#[observed(sample_rate = 0.1)]
fn work() {}

fn main() {}
