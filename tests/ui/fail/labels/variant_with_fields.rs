//! A variant with fields has no finite set of values. All such variants are reported at once.
//! 2 errors: each variant has one.
#[derive(goldsignal::Label)]
enum Plan {
    Free,
    Custom(String),
    Team { seats: u32 },
}

fn main() {}
