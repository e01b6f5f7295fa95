// Two parameters of a route have the same name.
use goldsignal::observed;

#[observed(get = "/users/{id}/tasks/{id}")]
async fn f() {}

fn main() {}
