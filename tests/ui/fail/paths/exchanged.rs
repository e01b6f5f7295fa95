// The values of a tuple come in the order of the path.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/shops/{shop}/orders/{order}")]
async fn f(Path((order, shop)): Path<(u32, u32)>) {}

fn main() {}
