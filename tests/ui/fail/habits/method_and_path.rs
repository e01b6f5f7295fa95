// A method alone and a path in an option of its own, as in `utoipa`.
use goldsignal::observed;

#[observed(get, path = "/a")]
async fn work() -> &'static str { "" }

fn main() {}
