// The fragment never reaches the server.
use goldsignal::observed;

#[observed(get = "/orders#top")]
async fn handler() {}

fn main() {}
