// A path, not a URL.
use goldsignal::observed;

#[observed(get = "https://shop.example/orders")]
async fn handler() {}

fn main() {}
