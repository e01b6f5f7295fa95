// The `Debug` text of a request contains its headers.
use goldsignal::observed;

#[observed(fields(?req))]
fn f(req: axum::http::Request<String>) {}

fn main() {}
