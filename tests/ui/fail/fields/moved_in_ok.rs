// The argument is gone when the value is there.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(ok(|_| id = user.id))]
fn f(user: User) -> Result<u32, std::fmt::Error> {
    drop(user);
    Ok(1)
}

fn main() {}
