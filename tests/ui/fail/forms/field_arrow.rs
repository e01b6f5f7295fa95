// Metrics style.
use goldsignal::observed;

#[observed(fields("n" => a.len()))]
fn work(a: String) {}

fn main() {}
