// An expression without a name, which begins with `*`.
use goldsignal::observed;

#[observed(ok(|n| *n + 1))]
fn work() -> u32 { 1 }

fn main() {}
