// A wildcard comes last.
use goldsignal::observed;

#[observed(get = "/files/{*path}/raw")]
async fn handler() {}

fn main() {}
