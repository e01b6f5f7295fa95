// In serde, a field can have a default.
#[derive(goldsignal::Labels)]
struct By {
    #[label(default)]
    tenant: bool,
}

fn main() {}
