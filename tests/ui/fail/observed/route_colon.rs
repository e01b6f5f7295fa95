// The syntax of axum 0.7.
use goldsignal::observed;

#[observed(get = "/tasks/:id")]
async fn f() {}

fn main() {}
