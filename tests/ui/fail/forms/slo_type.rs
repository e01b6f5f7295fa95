// The type in place of a constant.
use goldsignal::observed;

#[observed(slo = goldsignal::Slo)]
fn work() {}

fn main() {}
