// One parameter, two values: every request would fail.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/b/{x}")]
async fn handler(path: Path<(u32, u32)>) {}

fn main() {}
