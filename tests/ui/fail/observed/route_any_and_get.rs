// A method that `any` takes already.
use goldsignal::observed;

#[observed(any = "/tasks", get = "/tasks", get = "/todos")]
async fn f() {}

fn main() {}
