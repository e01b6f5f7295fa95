// In serde, a variant can be left out.
#[derive(goldsignal::Label)]
enum Plan {
    #[label(skip)]
    Free,
    Pro,
}

fn main() {}
