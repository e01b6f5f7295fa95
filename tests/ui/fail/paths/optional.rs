// A parameter is never optional.
use goldsignal::observed;

#[observed(get = "/users/{id?}")]
async fn handler() {}

fn main() {}
