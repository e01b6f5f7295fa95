// A route needs the feature `axum`.
// package: goldsignal-tests-core
use goldsignal::observed;

#[observed(get = "/orders")]
async fn handler() {}

fn main() {}
