// goldsignal has another name in this crate, which the macro has to be told.
// package: goldsignal-tests-renamed
#[gs::observed]
fn work() {}
fn main() {}
