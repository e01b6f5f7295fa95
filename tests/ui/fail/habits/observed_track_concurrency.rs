// Autometrics'.
use goldsignal::observed;

#[observed(track_concurrency)]
fn work() {}

fn main() {}
