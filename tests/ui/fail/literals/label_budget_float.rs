// A budget is a whole number.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 1e3)]
    tenant: String,
}

fn main() {}
