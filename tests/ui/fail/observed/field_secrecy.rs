// A secret of the `secrecy` crate.
use goldsignal::observed;

#[observed(fields(key = ?value))]
fn f(value: secrecy::SecretString) {}

fn main() {}
