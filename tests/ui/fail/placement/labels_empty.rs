// A set without labels is none.
#[derive(goldsignal::Labels)]
struct By {}

fn main() {}
