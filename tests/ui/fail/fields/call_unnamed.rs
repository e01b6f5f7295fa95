// A call needs a name.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(user.id()))]
fn f(user: User) {
    _ = user;
}

fn main() {}
