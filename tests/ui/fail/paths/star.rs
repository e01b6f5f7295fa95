// The syntax of wildcards in axum 0.7.
use goldsignal::observed;

#[observed(get = "/files/*rest")]
async fn f() {}

fn main() {}
