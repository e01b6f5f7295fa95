// No parameter, one value: every request would fail.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/b")]
async fn handler(path: Path<u32>) {}

fn main() {}
