// A struct is no field as it is.
use goldsignal::observed;

struct User;

#[observed(fields(user))]
fn f(user: User) {}

fn main() {}
