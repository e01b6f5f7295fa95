// A missing label is a value of its own.
#[derive(goldsignal::Labels)]
struct By {
    kind: Option<bool>,
}

fn main() {}
