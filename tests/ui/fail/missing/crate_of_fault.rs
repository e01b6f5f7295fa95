// The crate has another name here.
// package: goldsignal-tests-renamed
#[derive(gs::Fault)]
#[fault(status = 404)]
struct NotFound;

fn main() {}
