// A wildcard takes the whole rest.
use goldsignal::observed;

#[observed(get = "/{*path}.json")]
async fn f() {}

fn main() {}
