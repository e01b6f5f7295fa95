// `budget` takes a number after `=`.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget)]
    tenant: String,
}

fn main() {}
