// The type has no `Display`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(%user))]
fn f(user: User) {
    _ = user;
}

fn main() {}
