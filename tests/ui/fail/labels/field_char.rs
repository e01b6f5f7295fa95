// Characters have too many values.
#[derive(goldsignal::Labels)]
struct By {
    kind: char,
}

fn main() {}
