// Text alone has no name.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields("orders"))]
fn f(user: User) {
    _ = user;
}

fn main() {}
