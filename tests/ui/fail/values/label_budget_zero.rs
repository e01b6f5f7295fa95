// A budget of 0 counts nothing.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 0)]
    tenant: String,
}

fn main() {}
