// The crate has another name here.
// package: goldsignal-tests-renamed
#[derive(gs::Label)]
enum Plan {
    Free,
}

fn main() {}
