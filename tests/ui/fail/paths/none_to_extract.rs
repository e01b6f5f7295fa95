// The route has no parameter.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/orders")]
async fn order(Path(id): Path<u64>) {}

fn main() {}
