// A vector is no label.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    
    tenant: Vec<bool>,
}

fn main() {}
