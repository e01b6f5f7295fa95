// The value has no `Display`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(ok(|user| who = %user))]
fn f() -> User {
    User { id: 1 }
}

fn main() {}
