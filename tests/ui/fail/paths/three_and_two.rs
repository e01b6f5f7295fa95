// A tuple has a value for each parameter.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/a/{x}/{y}/{*z}")]
async fn f(Path((x, y)): Path<(u32, u32)>) {}

fn main() {}
