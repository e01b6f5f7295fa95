// The syntax of actix-web.
use goldsignal::observed;

#[observed(get = "/users/{id:[0-9]+}")]
async fn handler() {}

fn main() {}
