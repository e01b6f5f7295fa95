// A path begins with a slash.
use goldsignal::observed;

#[observed(get = "")]
async fn handler() {}

fn main() {}
