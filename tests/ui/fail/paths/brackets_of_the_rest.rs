// The syntax of file-based routers.
use goldsignal::observed;

#[observed(get = "/files/[...path]")]
async fn f() {}

fn main() {}
