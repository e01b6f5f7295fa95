// A parameter is a whole segment.
use goldsignal::observed;

#[observed(get = "/user-{id}.json")]
async fn handler() {}

fn main() {}
