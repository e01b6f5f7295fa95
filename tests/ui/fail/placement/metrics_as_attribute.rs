// `Metrics` is a derive.
#[goldsignal::Metrics]
struct Shop {}

fn main() {}
