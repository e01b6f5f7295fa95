// A budget is one number.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    #[label(budget = [5, 6])]
    tenant: String,
}

fn main() {}
