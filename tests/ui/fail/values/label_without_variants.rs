//! A label without values could have no series.
#[derive(goldsignal::Label)]
enum Nothing {}

fn main() {}
