// A number has no finite set of values.
use goldsignal::Labels;

#[derive(Labels)]
struct ByTenant {
    
    tenant: u16,
}

fn main() {}
