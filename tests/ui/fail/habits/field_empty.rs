// The `Empty` of `tracing` declares a field that is set later.
use goldsignal::observed;

#[observed(fields(order_id = tracing::field::Empty))]
fn work() {}

fn main() {}
