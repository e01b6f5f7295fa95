// The second of two routes has no parameter.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/orders/{id}", post = "/orders")]
async fn order(Path(id): Path<u64>) {}

fn main() {}
