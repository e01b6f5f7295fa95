// A wildcard has a name.
use goldsignal::observed;

#[observed(get = "/files/{*}")]
async fn handler() {}

fn main() {}
