// The struct has no such field.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(user.name))]
fn f(user: User) {
    _ = user;
}

fn main() {}
