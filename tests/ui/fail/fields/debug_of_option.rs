// The value in the option has no `Debug`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(?user))]
fn f(user: Option<User>) -> u64 {
    user.map_or(0, |user| user.id)
}

fn main() {}
