// Each route has the parameters that the handler extracts.
use axum::extract::Path;
use goldsignal::observed;

#[observed(get = "/a/{x}", put = "/a/{x}/{y}")]
async fn f(Path(x): Path<String>) {}

fn main() {}
