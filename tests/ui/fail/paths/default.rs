// A parameter has no default.
use goldsignal::observed;

#[observed(get = "/page/{number=1}")]
async fn f() {}

fn main() {}
