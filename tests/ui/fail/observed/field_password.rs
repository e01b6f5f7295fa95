// A name that looks secret.
use goldsignal::observed;

#[observed(fields(password))]
fn f(password: &str) {}

fn main() {}
