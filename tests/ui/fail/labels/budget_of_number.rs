//! Only text can have a budget: each number would be a value of its own.
//! 2 errors: each field has one.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 10)]
    size: u64,
    #[label(budget = 10)]
    name: Option<String>,
}

fn main() {}
