// Two Path extractors that each take one of two.
use goldsignal::observed;

use axum::extract::Path;
#[observed(get = "/b/{x}/{y}")]
async fn work(Path(x): Path<u32>, Path(y): Path<u32>) {}

fn main() {}
