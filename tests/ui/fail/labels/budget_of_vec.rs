// Only text has a budget.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    #[label(budget = 5)]
    tenant: Vec<u8>,
}

fn main() {}
