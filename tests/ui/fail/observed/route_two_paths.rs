// Two routes of one method.
use goldsignal::observed;

#[observed(get = "/tasks", get = "/todos")]
async fn f() {}

fn main() {}
