// The option is given twice.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 5, budget = 6)]
    tenant: String,
}

fn main() {}
