// A brace is not closed.
use goldsignal::observed;

#[observed(get = "/tasks/{id")]
async fn f() {}

fn main() {}
