// The header is named by a constant.
use axum::http::HeaderMap;
use goldsignal::observed;

#[observed(fields(who = ?map.get(axum::http::header::AUTHORIZATION)))]
fn f(map: &HeaderMap) {}

fn main() {}
