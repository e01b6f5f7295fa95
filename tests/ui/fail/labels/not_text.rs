//! A budget is for text: numbers would count by the value.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 10)]
    size: u64,
    #[label(budget = 10)]
    name: Option<String>,
}

fn main() {}
