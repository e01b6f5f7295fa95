// A backslash does not separate segments.
use goldsignal::observed;

#[observed(get = "/users\\orders")]
async fn f() {}

fn main() {}
