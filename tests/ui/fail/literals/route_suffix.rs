// Text has no suffix.
use goldsignal::observed;

#[observed(get = "/orders"s)]
async fn f() {}

fn main() {}
