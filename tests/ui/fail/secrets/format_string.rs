// The text contains the password.
use goldsignal::observed;

#[observed(fields(who = format!("{user}:{password}")))]
fn f(user: &str, password: &str) {}

fn main() {}
