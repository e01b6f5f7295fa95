// Names are renamed one by one.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    #[label(rename_all = "camelCase", budget = 5)]
    tenant: String,
}

fn main() {}
