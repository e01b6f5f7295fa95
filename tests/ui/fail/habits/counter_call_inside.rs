// A counter has an attribute of its own.
use goldsignal::observed;

#[observed(business_counter(Shop::orders_total))]
fn f() {}

fn main() {}
