// The name of a label is an option.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    #[label("tenant_id", budget = 5)]
    tenant: String,
}

fn main() {}
