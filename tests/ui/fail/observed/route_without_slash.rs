// A route without its leading slash.
use goldsignal::observed;

#[observed(get = "tasks")]
async fn f() {}

fn main() {}
