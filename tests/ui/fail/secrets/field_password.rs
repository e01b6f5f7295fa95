// The name of a field looks like a secret.
use goldsignal::observed;

#[observed(fields(password))]
fn f(password: &str) {}

fn main() {}
