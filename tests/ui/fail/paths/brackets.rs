// The syntax of file-based routers.
use goldsignal::observed;

#[observed(get = "/users/[id]")]
async fn f() {}

fn main() {}
