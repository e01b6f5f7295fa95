// A budget is limited.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    #[label(budget = 20_000)]
    tenant: String,
}

fn main() {}
