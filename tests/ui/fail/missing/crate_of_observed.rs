// The crate has another name here.
// package: goldsignal-tests-renamed
#[gs::observed]
fn f() {}

fn main() {}
