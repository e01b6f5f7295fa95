// Numbers have no finite set of values.
#[derive(goldsignal::Labels)]
struct By {
    kind: f64,
}

fn main() {}
