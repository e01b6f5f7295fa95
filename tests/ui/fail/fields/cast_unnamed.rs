// A cast needs a name.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(user.id as u32))]
fn f(user: User) {
    _ = user;
}

fn main() {}
