// Two parameters, one value: every request would fail.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/b/{x}/{y}")]
async fn handler(path: Path<u32>) {}

fn main() {}
