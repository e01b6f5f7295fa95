// A field must not take the argument away.
use goldsignal::observed;

struct User {
    id: u64,
}

fn consume(user: User) -> u64 {
    user.id
}

#[observed(fields(id = consume(user)))]
fn f(user: User) -> u64 {
    user.id
}

fn main() {}
