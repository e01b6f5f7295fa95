// `budget` takes a number after `=`.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget(50))]
    tenant: String,
}

fn main() {}
