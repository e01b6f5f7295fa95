// What is hashed must be text or a number.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(hash(user)))]
fn f(user: User) {
    _ = user;
}

fn main() {}
