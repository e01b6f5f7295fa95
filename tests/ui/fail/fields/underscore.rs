// An underscore is no value.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(_))]
fn f(user: User) {
    _ = user;
}

fn main() {}
