// The syntax of regular expressions.
use goldsignal::observed;

#[observed(get = "/users/(?P<id>[0-9]+)")]
async fn f() {}

fn main() {}
