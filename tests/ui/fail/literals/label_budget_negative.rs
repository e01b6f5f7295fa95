// A budget is a count.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = -5)]
    tenant: String,
}

fn main() {}
