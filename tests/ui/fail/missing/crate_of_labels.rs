// The crate has another name here.
// package: goldsignal-tests-renamed
#[derive(gs::Labels)]
struct By {
    gift: bool,
}

fn main() {}
