// Rocket/actix style.
use goldsignal::observed;

#[observed(method = "GET", path = "/x")]
async fn work() {}

fn main() {}
