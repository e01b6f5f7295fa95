// A label is stored and shown, whatever it is called.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 50, rename = "kind")]
    api_key: String,
}

fn main() {}
