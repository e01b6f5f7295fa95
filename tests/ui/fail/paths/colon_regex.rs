// The syntax of axum 0.7.
use goldsignal::observed;

#[observed(get = "/users/:id")]
async fn handler() {}

fn main() {}
