//! `String`, numbers and borrowed text have no finite set of values: the message says what to use instead.
//! 3 errors: each field has one.
#[derive(goldsignal::Labels)]
struct By<'a> {
    user: String,
    id: u64,
    name: &'a str,
}

fn main() {}
