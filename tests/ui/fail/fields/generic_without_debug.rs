// A type parameter without a bound has no `Debug`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(?value))]
fn f<T>(value: T) -> T {
    value
}

fn main() {}
