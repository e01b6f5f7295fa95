// Text has no finite set of values.
#[derive(goldsignal::Labels)]
struct By {
    kind: String,
}

fn main() {}
