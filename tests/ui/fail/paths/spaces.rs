// A path has no spaces.
use goldsignal::observed;

#[observed(get = "/my orders")]
async fn handler() {}

fn main() {}
