// Headers hold credentials and cookies.
use goldsignal::observed;

#[observed(fields(?headers))]
fn f(headers: &axum::http::HeaderMap) {
    _ = headers;
}

fn main() {}
