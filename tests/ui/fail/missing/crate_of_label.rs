// goldsignal has another name in this crate, which the macro has to be told.
// package: goldsignal-tests-renamed
#[derive(gs::Label)]
enum L { A }
fn main() {}
