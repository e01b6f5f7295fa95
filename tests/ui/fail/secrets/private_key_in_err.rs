// The name of a field in `err` looks like a secret.
use goldsignal::observed;

#[observed(err(|e| private_key = %e))]
fn work() -> Result<(), String> { Ok(()) }

fn main() {}
