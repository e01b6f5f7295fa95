// Clients send this character encoded.
use goldsignal::observed;

#[observed(get = "/größe")]
async fn f() {}

fn main() {}
