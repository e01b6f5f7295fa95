// The header holds a secret, whatever the field is called.
use goldsignal::observed;

#[observed(fields(auth = ?headers.get("authorization")))]
fn f(headers: &axum::http::HeaderMap) {
    _ = headers;
}

fn main() {}
