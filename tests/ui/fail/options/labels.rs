//! Unknown, repeated and misplaced options.
//! 5 errors: each option has one.
#[derive(goldsignal::Labels)]
#[labels(krate = gs)]
#[label(budget = 10)]
struct By {
    #[label(buget = 10)]
    a: String,
    #[label(budget = 10, budget = 20)]
    b: String,
    #[label(rename = "c", rename = "d")]
    c: bool,
}

fn main() {}
