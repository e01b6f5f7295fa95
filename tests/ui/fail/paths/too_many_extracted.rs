// One parameter, two values.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/orders/{id}")]
async fn order(Path((id, item)): Path<(u64, u64)>) {}

fn main() {}
