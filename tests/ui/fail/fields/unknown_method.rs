// The struct has no such method.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(size = user.len()))]
fn f(user: User) {
    _ = user;
}

fn main() {}
