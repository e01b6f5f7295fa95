// An id has no finite set of values.
#[derive(goldsignal::Labels)]
struct By {
    kind: [u8; 16],
}

fn main() {}
