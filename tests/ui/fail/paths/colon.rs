// The syntax of parameters in axum 0.7.
use goldsignal::observed;

#[observed(get = "/tasks/:id")]
async fn f() {}

fn main() {}
