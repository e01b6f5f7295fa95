// The struct has no such method.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(size = user.plan_size()))]
fn f(user: User) {
    _ = user;
}

fn main() {}
