// The headers, by their type.
use goldsignal::observed;

#[observed(fields(all = ?h))]
fn f(h: &axum::http::HeaderMap) {}

fn main() {}
