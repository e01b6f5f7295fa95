// Two methods.
use goldsignal::observed;

#[observed(get = "/tasks", post = "/tasks")]
async fn f() {}

fn main() {}
