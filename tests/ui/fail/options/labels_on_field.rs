// On a field it is `#[label(..)]`.
#[derive(goldsignal::Labels)]
struct By {
    #[labels(budget = 5)]
    tenant: String,
}

fn main() {}
