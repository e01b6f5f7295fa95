// The last part of a dotted name looks like a secret.
use goldsignal::observed;

#[observed(fields(user.api_key = key))]
fn f(key: &str) {}

fn main() {}
