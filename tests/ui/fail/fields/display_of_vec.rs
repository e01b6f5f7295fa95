// A vector has no `Display`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(%ids))]
fn f(ids: Vec<u64>) -> usize {
    ids.len()
}

fn main() {}
