// In serde, a struct can be part of another.
#[derive(goldsignal::Labels)]
struct By {
    #[label(flatten)]
    tenant: bool,
}

fn main() {}
