// A budget is a number, not text.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = "100")]
    tenant: String,
}

fn main() {}
