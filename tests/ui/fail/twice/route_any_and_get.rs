// `any` already includes the method of another route.
use goldsignal::observed;

#[observed(any = "/tasks", get = "/tasks", get = "/todos")]
async fn f() {}

fn main() {}
