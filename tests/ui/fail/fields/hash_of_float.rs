// A float has no `Hash`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(rate = hash(rate)))]
fn f(rate: f64) -> f64 {
    rate
}

fn main() {}
