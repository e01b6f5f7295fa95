// A parameter named twice.
use goldsignal::observed;

#[observed(get = "/users/{id}/tasks/{id}")]
async fn f() {}

fn main() {}
