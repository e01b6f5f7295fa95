// An Option of a bare Path.
use goldsignal::observed;

#[observed(get = "/b/{x}/{y}")]
async fn work(x: Option<axum::extract::Path<u32>>) {}

fn main() {}
