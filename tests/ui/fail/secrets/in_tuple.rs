// A part of the value is a secret.
use goldsignal::observed;

#[observed(fields(login = ?(user, password)))]
fn f(user: &str, password: &str) {}

fn main() {}
