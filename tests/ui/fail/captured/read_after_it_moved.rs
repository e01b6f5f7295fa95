// `ok` reads an argument that was moved into the body.
use goldsignal::observed;

#[observed(ok(|_| order_len = order.len()))]
fn work(order: String) -> u32 { drop(order); 1 }

fn main() {}
