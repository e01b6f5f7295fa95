// In serde, all values are renamed at once.
#[derive(goldsignal::Label)]
#[label(rename_all = "kebab-case")]
enum Plan {
    Free,
}

fn main() {}
