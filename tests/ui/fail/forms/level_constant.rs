// A constant of `tracing` in place of the word.
use goldsignal::observed;

const LEVEL: tracing::Level = tracing::Level::DEBUG;
#[observed(level = LEVEL)]
fn work() {}

fn main() {}
