// The syntax of other routers.
use goldsignal::observed;

#[observed(get = "/files/{path*}")]
async fn handler() {}

fn main() {}
