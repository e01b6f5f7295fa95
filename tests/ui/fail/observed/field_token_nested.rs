// A dotted name that looks secret.
use goldsignal::observed;

#[observed(fields(user.api_key = key))]
fn f(key: &str) {}

fn main() {}
