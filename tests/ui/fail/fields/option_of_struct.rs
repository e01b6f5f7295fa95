// An option of a struct is no number, `bool` or text.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(user = Some(&user)))]
fn f(user: User) -> Result<u64, User> {
    Ok(user.id)
}

fn main() {}
