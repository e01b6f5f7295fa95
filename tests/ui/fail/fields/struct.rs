// A struct cannot be a field without `%` or `?`.
use goldsignal::observed;

struct User;

#[observed(fields(user))]
fn f(user: User) {}

fn main() {}
