// The header holds a secret.
use goldsignal::observed;

#[observed(fields(key = %headers["x-api-key"].to_str().unwrap()))]
fn f(headers: &axum::http::HeaderMap) {
    _ = headers;
}

fn main() {}
