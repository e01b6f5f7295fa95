// The method is the name of the option.
use goldsignal::observed;

#[observed(get = "GET /orders")]
async fn handler() {}

fn main() {}
