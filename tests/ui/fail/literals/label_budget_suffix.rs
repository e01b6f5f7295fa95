// A budget of `10k` would be one of 10.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 10k)]
    tenant: String,
}

fn main() {}
