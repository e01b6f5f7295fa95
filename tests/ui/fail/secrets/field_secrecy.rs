// A type of the `secrecy` crate cannot be a field.
use goldsignal::observed;

#[observed(fields(key = ?value))]
fn f(value: secrecy::SecretString) {}

fn main() {}
