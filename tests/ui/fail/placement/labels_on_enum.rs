// An enum is one label.
#[derive(goldsignal::Labels)]
enum Plan {
    Free,
}

fn main() {}
