// A response needs the feature `axum`.
// package: goldsignal-tests-core
#[derive(goldsignal::Fault)]
#[fault(status = 404, response)]
struct NotFound;

fn main() {}
