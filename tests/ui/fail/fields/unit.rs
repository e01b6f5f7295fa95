// The unit value is no field.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(fields(nothing = ()))]
fn f(user: User) {
    _ = user;
}

fn main() {}
