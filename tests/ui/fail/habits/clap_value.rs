// Values are renamed by `rename`.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    #[label(value = "x", budget = 5)]
    tenant: String,
}

fn main() {}
