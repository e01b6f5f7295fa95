// A set without metrics is none.
#[derive(goldsignal::Metrics)]
struct Shop {}

fn main() {}
