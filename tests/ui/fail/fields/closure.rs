// A closure is no value.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(later = || 1))]
fn f(user: User) -> Result<u64, User> {
    Ok(user.id)
}

fn main() {}
