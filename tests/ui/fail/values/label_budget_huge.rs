// A budget bounds the memory.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 1_000_000)]
    tenant: String,
}

fn main() {}
