// The enum lacks its derive.
use goldsignal::Labels;

enum Plan {
    Free,
}

#[derive(Labels)]
struct ByPlan {
    plan: Plan,
}

fn main() {}
