// A label is stored and shown.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 50)]
    password: String,
}

fn main() {}
