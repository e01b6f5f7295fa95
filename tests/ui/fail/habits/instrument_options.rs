// Options of `#[tracing::instrument]`, one of which is written differently here.
use goldsignal::observed;

#[observed(target = "shop", level = "info", skip(self))]
fn work() {}

fn main() {}
