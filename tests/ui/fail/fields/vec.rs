// A list is no field.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(ids = vec![1, 2]))]
fn f(user: User) {
    _ = user;
}

fn main() {}
