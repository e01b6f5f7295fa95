//! A variant with data has no finite set of values; all such variants are shown at once.
#[derive(goldsignal::Label)]
enum Plan {
    Free,
    Custom(String),
    Team { seats: u32 },
}

fn main() {}
