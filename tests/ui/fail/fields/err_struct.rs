// The error is a struct.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(err(|error| what = error))]
fn f(user: User) -> Result<u64, User> {
    Ok(user.id)
}

fn main() {}
