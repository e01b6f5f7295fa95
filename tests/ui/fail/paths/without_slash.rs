// A route must begin with a slash.
use goldsignal::observed;

#[observed(get = "tasks")]
async fn f() {}

fn main() {}
