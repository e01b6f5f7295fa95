// The same route is given twice.
use goldsignal::observed;

#[observed(get = "/tasks", post = "/tasks", get = "/tasks")]
async fn f() {}

fn main() {}
