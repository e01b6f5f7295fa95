//! A label without a value could have no series.
#[derive(goldsignal::Label)]
enum Nothing {}

fn main() {}
