// The enum is no label yet.
enum Plan {
    Free,
}

#[derive(goldsignal::Labels)]
struct By {
    plan: Plan,
}

fn main() {}
