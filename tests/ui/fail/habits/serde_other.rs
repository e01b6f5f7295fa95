// In serde, a variant can stand for all others.
#[derive(goldsignal::Label)]
enum Plan {
    #[label(other)]
    Other,
}

fn main() {}
